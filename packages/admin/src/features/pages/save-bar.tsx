import { Button, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './pages.module.css';

export function SaveBar(props: {
  readonly count: number;
  readonly isSaving: boolean;
  readonly onSave: () => void;
  readonly onCancel: () => void;
}) {
  const { t } = useTranslation();
  const { count, isSaving } = props;
  return (
    <div className={classes.saveBar} data-marked={count > 0 || undefined}>
      <Button disabled={count === 0} loading={isSaving} onClick={props.onSave}>
        {t('common.save')}
      </Button>
      <Button variant="default" disabled={count === 0 || isSaving} onClick={props.onCancel}>
        {t('common.cancel')}
      </Button>
      <Text size="sm" c={count === 0 ? 'dimmed' : 'var(--mantine-color-text)'} role="status">
        {count === 0 ? t('pages.noUnsaved') : t('pages.unsaved', { count })}
      </Text>
    </div>
  );
}
