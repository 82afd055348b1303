import type { BulkAction, Page } from '@chatgate/contract';
import { Button, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/me.ts';
import classes from './bulk.module.css';
import type { Selection } from './use-selection.ts';

/** What to do with the ticked Pages. */
export function BulkBar(props: {
  readonly selection: Selection;
  readonly pages: readonly Page[];
  readonly total: number;
  readonly disabled: boolean;
  readonly onAction: (action: BulkAction) => void;
}) {
  const { t } = useTranslation();
  const may = useMay();
  const { selection, pages, total, disabled, onAction } = props;
  const offersAll = !selection.isAll && selection.count < total && selection.count > 0;
  return (
    <fieldset className={classes.bulkBar} aria-label={t('bulk.bar')}>
      <Text size="sm" fw={550} role="status">
        {t('bulk.selected', { count: selection.count })}
      </Text>
      {offersAll ? (
        <Button size="compact-sm" variant="subtle" onClick={selection.tickAll}>
          {t('bulk.selectAll', { count: total })}
        </Button>
      ) : null}
      {selection.count < pages.length && !selection.isAll && pages.length < total ? (
        <Button size="compact-sm" variant="subtle" onClick={() => selection.tickShown(pages)}>
          {t('bulk.selectShown', { count: pages.length })}
        </Button>
      ) : null}
      <Button
        size="compact-sm"
        variant="light"
        disabled={disabled}
        onClick={() => onAction('switch_on')}
      >
        {t('bulk.switch_on')}
      </Button>
      <Button
        size="compact-sm"
        variant="light"
        disabled={disabled}
        onClick={() => onAction('switch_off')}
      >
        {t('bulk.switch_off')}
      </Button>
      {may('gateways:edit') ? (
        <Button
          size="compact-sm"
          variant="light"
          color="red"
          disabled={disabled}
          onClick={() => onAction('remove')}
        >
          {t('bulk.remove')}
        </Button>
      ) : null}
      <Button size="compact-sm" variant="subtle" color="gray" onClick={selection.clear}>
        {t('bulk.clear')}
      </Button>
    </fieldset>
  );
}
