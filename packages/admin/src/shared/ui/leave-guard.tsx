import { Button, Group, Modal, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

/** Some tabs are in the path, others behind it. */
const placeOf = ({ pathname, search }: { pathname: string; search: object }) =>
  pathname + JSON.stringify(search);

/**
 * Asks before unsaved changes are lost: on a change of route by a dialog of ours, on closing or
 * reloading the window by the browser's. `leaving` answers true where the departure is part of the
 * work (the login in this tab) and the changes are kept.
 */
export function LeaveGuard(props: {
  readonly count: number;
  readonly leaving?: () => boolean;
  readonly onDiscard?: () => void;
}) {
  const { t } = useTranslation();
  const { count } = props;
  const guards = () => count > 0 && props.leaving?.() !== true;
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => guards() && placeOf(current) !== placeOf(next),
    enableBeforeUnload: guards,
    withResolver: true,
  });
  const stay = () => blocker.reset?.();
  return (
    <Modal
      opened={blocker.status === 'blocked'}
      onClose={stay}
      title={t('common.leaveTitle')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Text>{t('common.leaveText', { count: Math.max(1, count) })}</Text>
      <Group justify="flex-end" mt="lg">
        <Button
          variant="default"
          onClick={() => {
            props.onDiscard?.();
            blocker.proceed?.();
          }}
        >
          {t('common.leave')}
        </Button>
        <Button onClick={stay}>{t('common.stay')}</Button>
      </Group>
    </Modal>
  );
}
