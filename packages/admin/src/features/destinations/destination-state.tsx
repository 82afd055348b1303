import type { Destination } from '@chatgate/contract';
import { Button, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/me.ts';
import { useErrorWords } from '../../shared/error-words.ts';
import { useFormat, useNow } from '../../shared/format.ts';
import { tellDone, tellFailed } from '../../shared/notice.ts';
import { resumeDestination } from './api/destinations.ts';
import { useSwitch } from './delivery-switch.tsx';
import classes from './destinations.module.css';
import { stateOf, stateSentence, stateTitle } from './state-of.ts';
import { TestDialog } from './test-dialog.tsx';

/** The sign of a state and two words. */
export function StateSign({ destination }: { destination: Destination }) {
  const { t } = useTranslation();
  const { name, tone } = stateOf(destination);
  return (
    <span className={`${classes.state} ${classes[tone] ?? ''}`}>
      <span className={classes.dot} aria-hidden="true" />
      {stateTitle(t, name)}
    </span>
  );
}

/** One sentence about a destination; a running time in it moves. */
export function StateSentence({ destination }: { destination: Destination }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  return <span className={classes.sentence}>{stateSentence(t, destination, { format, now })}</span>;
}

/** The one thing to do about the state, for those who may. */
export function StateButton({ destination }: { destination: Destination }) {
  const { t } = useTranslation();
  const may = useMay();
  const { action } = stateOf(destination);
  const { id, name } = destination;
  if (action === 'showParked') {
    return (
      <Button
        renderRoot={(root) => (
          <Link
            {...root}
            to="/destinations/$destinationId"
            params={{ destinationId: id }}
            search={{ state: 'parked' }}
          />
        )}
        size="xs"
        variant="default"
        aria-label={`${t('destinationState.showParked')}: ${name}`}
      >
        {t('destinationState.showParked')}
      </Button>
    );
  }
  if (action === undefined || !may('destinations:edit')) return null;
  if (action === 'sendTest') return <SendTestButton destination={destination} size="xs" />;
  return action === 'switchOn' ? (
    <SwitchOnButton destination={destination} />
  ) : (
    <TryNowButton destination={destination} />
  );
}

function SwitchOnButton({ destination }: { destination: Destination }) {
  const { t } = useTranslation();
  const change = useSwitch(destination);
  return (
    <Button
      size="xs"
      variant="default"
      aria-label={`${t('destinationState.switchOn')}: ${destination.name}`}
      loading={change.isPending}
      onClick={() => change.mutate(true)}
    >
      {t('destinationState.switchOn')}
    </Button>
  );
}

function TryNowButton({ destination }: { destination: Destination }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const words = useErrorWords();
  const { id, name } = destination;
  const resume = useMutation({
    mutationFn: () => resumeDestination(id),
    onSuccess: () => tellDone(t('destinationState.resumed', { name })),
    onError: (error) => tellFailed(words(error)),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['destinations'] }),
        client.invalidateQueries({ queryKey: ['destination', id] }),
      ]),
  });
  return (
    <Button
      size="xs"
      variant="default"
      aria-label={`${t('destinationState.tryNow')}: ${name}`}
      loading={resume.isPending}
      onClick={() => resume.mutate()}
    >
      {t('destinationState.tryNow')}
    </Button>
  );
}

/** Opens the dialog that sends a test event and tells what came back. */
export function SendTestButton(props: {
  readonly destination: Destination;
  readonly size?: 'xs' | 'sm';
}) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const { destination, size = 'sm' } = props;
  return (
    <>
      <Button
        size={size}
        variant="default"
        {...(size === 'xs' ? { 'aria-label': `${t('testEvent.send')}: ${destination.name}` } : {})}
        onClick={() => setOpened(true)}
      >
        {t('testEvent.send')}
      </Button>
      <TestDialog destination={destination} opened={opened} onClose={() => setOpened(false)} />
    </>
  );
}

/** How many wait, and since when the oldest does. */
export function Waiting({ destination }: { destination: Destination }) {
  const { t } = useTranslation();
  const { number, ago } = useFormat();
  const now = useNow();
  const { waiting, oldestWaitingAt } = destination.health;
  if (waiting === 0) return <>{t('destinations.nothingWaits')}</>;
  return (
    <div>
      {number(waiting)}
      {oldestWaitingAt === null ? null : (
        <Text size="xs" c="dimmed">
          {t('destinations.oldest', { ago: ago(oldestWaitingAt, now) })}
        </Text>
      )}
    </div>
  );
}

/** When the last event arrived there. */
export function LastDelivery({ destination }: { destination: Destination }) {
  const { t } = useTranslation();
  const { ago, exact } = useFormat();
  const now = useNow();
  const at = destination.health.lastDeliveredAt;
  if (at === null) return <>{t('destinations.never')}</>;
  return (
    <time dateTime={new Date(at).toISOString()} title={exact(at)}>
      {ago(at, now)}
    </time>
  );
}
