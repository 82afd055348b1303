import type { Delivery, DeliveryDetails } from '@chatgate/contract';
import { Button, Group, Modal, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/me.ts';
import { useFormat } from '../../shared/format.ts';
import { Disclosure } from '../../shared/ui/meta-details.tsx';
import { FailedPanel, LoadingRows } from '../../shared/ui/screens.tsx';
import { deliveryQuery } from './api/deliveries.ts';
import { DeliveryActions, DeliveryState } from './delivery-table.tsx';
import { outcomeWords } from './delivery-words.ts';
import { BodyText, HeaderList, RequestView } from './exchange.tsx';
import classes from './log.module.css';
import type { ReplayValues } from './replay-plan.ts';

interface DetailsProps {
  readonly destinationId: string;
  readonly onOnly: (conversationId: string) => void;
  readonly onReplay: (values: Partial<ReplayValues>) => void;
}

/** One delivery: what was sent, and every answer. */
export function DeliveryDialog(
  props: DetailsProps & { readonly id: string | undefined; readonly onClose: () => void },
) {
  const { t } = useTranslation();
  const { id } = props;
  return (
    <Modal
      opened={id !== undefined}
      onClose={props.onClose}
      title={t('deliveries.details')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      size="xl"
    >
      {id === undefined ? null : <Loaded {...props} id={id} />}
    </Modal>
  );
}

function Loaded(props: DetailsProps & { readonly id: string }) {
  const { data, error, refetch } = useQuery(deliveryQuery(props.destinationId, props.id));
  if (data !== undefined) return <Details {...props} details={data} />;
  return error === null ? (
    <LoadingRows rows={4} height={28} />
  ) : (
    <FailedPanel error={error} retry={() => void refetch()} />
  );
}

function Details(props: DetailsProps & { readonly details: DeliveryDetails }) {
  const { t } = useTranslation();
  const { delivery, request, attempts } = props.details;
  return (
    <Stack>
      <Group justify="space-between" align="flex-start">
        <div>
          <span className={classes.code}>{delivery.type}</span>
          <div>
            <DeliveryState state={delivery.state} />
          </div>
        </div>
        <DeliveryActions delivery={delivery} />
      </Group>
      <Facts delivery={delivery} />
      <FollowUp {...props} delivery={delivery} />
      <section>
        <Title order={3} mb="xs">
          {t('deliveries.tries')}
        </Title>
        {attempts.length === 0 ? <Text size="sm">{t('deliveries.noTries')}</Text> : null}
        <ol className={classes.tries}>
          {attempts.map((attempt) => (
            <Try key={attempt.number} attempt={attempt} />
          ))}
        </ol>
      </section>
      <section>
        <Title order={3} mb="xs">
          {t('deliveries.request')}
        </Title>
        {request === null ? (
          <Text size="sm">{t('deliveries.requestErased')}</Text>
        ) : (
          <Stack gap="xs">
            <Text size="sm" c="dimmed">
              {t('deliveries.requestNow')}
            </Text>
            <RequestView
              target={attempts.at(-1)?.target ?? ''}
              {...request}
              label={t('deliveries.request')}
            />
          </Stack>
        )}
      </section>
    </Stack>
  );
}

function Facts({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation();
  const { exact } = useFormat();
  const facts = [
    [t('deliveries.created'), exact(delivery.createdAt)],
    [t('deliveries.finished'), delivery.finishedAt === null ? null : exact(delivery.finishedAt)],
    [t('deliveries.eventId'), delivery.eventId],
    [t('deliveries.deliveryId'), delivery.id],
  ] as const;
  return (
    <dl className={classes.facts}>
      {facts.map(([name, value]) =>
        value === null
          ? null
          : [<dt key={name}>{name}</dt>, <dd key={`${name} value`}>{value}</dd>],
      )}
    </dl>
  );
}

/** What else can be done with the event and its conversation. */
function FollowUp(props: DetailsProps & { readonly delivery: Delivery }) {
  const { t } = useTranslation();
  const may = useMay();
  const { conversationId, seq, eventId } = props.delivery;
  return (
    <Group gap="xs">
      {conversationId === null ? null : (
        <Button size="xs" variant="default" onClick={() => props.onOnly(conversationId)}>
          {t('deliveries.onlyThis')}
        </Button>
      )}
      {may('destinations:edit') ? (
        <Button
          size="xs"
          variant="default"
          onClick={() => props.onReplay({ what: 'event', eventId })}
        >
          {t('deliveries.replayEvent')}
        </Button>
      ) : null}
      {may('destinations:edit') && conversationId !== null ? (
        <Button
          size="xs"
          variant="default"
          onClick={() =>
            props.onReplay({
              what: 'conversation',
              conversationId,
              fromSeq: seq === null ? '' : String(seq),
            })
          }
        >
          {t('deliveries.replayFrom')}
        </Button>
      ) : null}
    </Group>
  );
}

function Try({ attempt }: { attempt: DeliveryDetails['attempts'][number] }) {
  const { t } = useTranslation();
  const { exact, number } = useFormat();
  const title = t('deliveries.tryNumber', { number: attempt.number });
  const hasAnswer = attempt.status !== null || Object.keys(attempt.responseHeaders).length > 0;
  return (
    <li className={classes.try}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={550}>
          {title}: {outcomeWords(t, attempt)}
          {attempt.outcome === 'delivered' && attempt.status !== null ? ` (${attempt.status})` : ''}
        </Text>
        <Text size="xs" c="dimmed">
          <time dateTime={new Date(attempt.at).toISOString()}>{exact(attempt.at)}</time>
          {` · ${t('deliveries.took', { ms: number(attempt.tookMs) })}`}
        </Text>
      </Group>
      {hasAnswer ? (
        <Disclosure
          label={t('deliveries.response')}
          accessibleName={`${t('deliveries.response')}: ${title}`}
        >
          <Stack gap="xs">
            <HeaderList headers={attempt.responseHeaders} />
            <BodyText body={attempt.responseBody} label={`${t('deliveries.response')}, ${title}`} />
          </Stack>
        </Disclosure>
      ) : null}
    </li>
  );
}
