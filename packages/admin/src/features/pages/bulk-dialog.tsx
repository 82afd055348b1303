import type { BulkAction, BulkPlan } from '@chatgate/contract';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { FailedPanel, LoadingRows } from '../../shared/ui/screens.tsx';
import { bulkPlanQuery, type Chosen } from './api/bulk.ts';
import classes from './bulk.module.css';
import type { Bulk } from './use-bulk.ts';

/** The dry run: what would happen to which Page, before anything does. */
export function BulkDialog(props: {
  readonly gatewayId: string;
  readonly action: BulkAction | undefined;
  readonly chosen: Chosen;
  readonly bulk: Bulk;
  readonly onClose: () => void;
  readonly onStarted: () => void;
}) {
  const { t } = useTranslation();
  const { action } = props;
  return (
    <Modal
      opened={action !== undefined}
      onClose={props.onClose}
      title={action === undefined ? '' : t(`bulk.title_${action}`)}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      size="lg"
    >
      {action === undefined ? null : <DryRun {...props} action={action} />}
    </Modal>
  );
}

function DryRun(props: {
  readonly gatewayId: string;
  readonly action: BulkAction;
  readonly chosen: Chosen;
  readonly bulk: Bulk;
  readonly onClose: () => void;
  readonly onStarted: () => void;
}) {
  const { t } = useTranslation();
  const { bulk } = props;
  const { data, error, refetch } = useQuery(
    bulkPlanQuery(props.gatewayId, props.action, props.chosen),
  );
  if (error !== null) return <FailedPanel error={error} retry={() => void refetch()} />;
  if (data === undefined) return <LoadingRows rows={4} height={24} />;
  const toDo = data.items.filter(({ effect }) => effect !== 'nothing');
  return (
    <Stack gap="sm">
      <Effects plan={data} />
      <Group justify="flex-end">
        <Button variant="default" onClick={props.onClose}>
          {t('common.cancel')}
        </Button>
        <Button
          {...(props.action === 'remove' ? { color: 'red' } : {})}
          disabled={toDo.length === 0}
          loading={bulk.isStarting}
          onClick={() => bulk.start({ ...data, items: toDo }, { onSuccess: props.onStarted })}
        >
          {t(`bulk.start_${props.action}`, { count: toDo.length })}
        </Button>
      </Group>
    </Stack>
  );
}

const EFFECTS = ['change', 'needs_login', 'nothing'] as const;

function Effects({ plan }: { plan: BulkPlan }) {
  const { t } = useTranslation();
  const { action, items } = plan;
  return (
    <>
      {action === 'remove' ? (
        <Text size="sm">{t('bulk.removeEnds', { count: items.length, grants: plan.grants })}</Text>
      ) : null}
      {EFFECTS.map((effect) => {
        const affected = items.filter((item) => item.effect === effect);
        return affected.length === 0 ? null : (
          <section
            key={effect}
            aria-label={t(`bulk.effect_${action}_${effect}`, { count: affected.length })}
          >
            <Text size="sm" fw={550}>
              {t(`bulk.effect_${action}_${effect}`, { count: affected.length })}
            </Text>
            <ul className={classes.planned} data-effect={effect}>
              {affected.slice(0, SHOWN).map(({ pageId, name }) => (
                <li key={pageId}>{name}</li>
              ))}
              {affected.length > SHOWN ? (
                <li>{t('bulk.more', { count: affected.length - SHOWN })}</li>
              ) : null}
            </ul>
          </section>
        );
      })}
    </>
  );
}

/** Names beyond this say nothing that the count does not. */
const SHOWN = 100;
