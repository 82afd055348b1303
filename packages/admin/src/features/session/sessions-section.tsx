import type { Session } from '@chatgate/contract';
import { Badge, Button, Group, Modal, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat, useNow } from '../../shared/format.ts';
import { tellDone } from '../../shared/notice.ts';
import { FormError } from '../../shared/ui/form-error.tsx';
import { FailedPanel, LoadingRows } from '../../shared/ui/screens.tsx';
import { endSession, endSessions, sessionsQuery } from './api/sessions.ts';
import classes from './session.module.css';

/** Where one is signed in; a part of *Your account*. `onSignedOut` when this browser is, too. */
export function SessionsSection({ onSignedOut }: { onSignedOut: () => void }) {
  const { t } = useTranslation();
  const query = useQuery(sessionsQuery);
  const items = query.data?.items;
  return (
    <section>
      <Title order={2}>{t('sessions.title')}</Title>
      <Text size="sm" c="dimmed" mt={4}>
        {t('sessions.intro')}
      </Text>
      {query.isPending ? <LoadingRows /> : null}
      {query.error !== null && items === undefined ? (
        <FailedPanel error={query.error} retry={() => void query.refetch()} />
      ) : null}
      {items === undefined ? null : (
        <>
          <ul className={classes.list}>
            {thisOneFirst(items).map((session) => (
              <SessionLine key={session.id} session={session} />
            ))}
          </ul>
          <EndMany hasOthers={items.length > 1} onSignedOut={onSignedOut} />
        </>
      )}
    </section>
  );
}

const thisOneFirst = (items: readonly Session[]) =>
  items.toSorted((a, b) => Number(b.isCurrent) - Number(a.isCurrent));

function deviceWords(t: TFunction, { browser, system }: Session): string {
  if (browser !== null && system !== null) return t('sessions.device', { browser, system });
  return browser ?? system ?? t('sessions.unknownBrowser');
}

function SessionLine({ session }: { session: Session }) {
  const { t } = useTranslation();
  const { dateTime, ago } = useFormat();
  const now = useNow(30_000);
  const client = useQueryClient();
  const ending = useMutation({
    mutationFn: () => endSession(session.id),
    onSuccess: () => tellDone(t('sessions.ended')),
    onSettled: () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  });
  const device = deviceWords(t, session);
  const { address, createdAt, lastSeenAt } = session;
  return (
    <li className={classes.session}>
      <div className={classes.device} title={session.agent}>
        <Group gap={8}>
          <Text fw={600} size="sm">
            {device}
          </Text>
          {session.isCurrent ? (
            <Badge variant="default" className={classes.badge ?? ''}>
              {t('sessions.thisOne')}
            </Badge>
          ) : null}
        </Group>
        <Text size="sm" c="dimmed">
          {t('sessions.line', { address, time: dateTime(createdAt) })}
          {session.isCurrent ? '' : ` · ${t('sessions.seen', { ago: ago(lastSeenAt, now) })}`}
        </Text>
        <FormError error={ending.error} />
      </div>
      {session.isCurrent ? null : (
        <Button
          variant="default"
          size="xs"
          aria-label={t('sessions.endNamed', { device, address })}
          loading={ending.isPending}
          onClick={() => ending.mutate()}
        >
          {t('sessions.end')}
        </Button>
      )}
    </li>
  );
}

function EndMany(props: { readonly hasOthers: boolean; readonly onSignedOut: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const ending = useMutation({
    mutationFn: endSessions,
    onSuccess: async (_nothing, which) => {
      if (which === 'all') {
        props.onSignedOut();
        return;
      }
      tellDone(t('sessions.othersEnded'));
      await client.invalidateQueries({ queryKey: sessionsQuery.queryKey });
    },
  });
  return (
    <Stack mt="md" gap="sm">
      <Group gap="sm">
        {props.hasOthers ? (
          <Button
            variant="default"
            loading={ending.isPending && ending.variables === 'others'}
            onClick={() => ending.mutate('others')}
          >
            {t('sessions.endOthers')}
          </Button>
        ) : null}
        <Button variant="default" onClick={() => setAsking(true)}>
          {t('sessions.endAll')}
        </Button>
      </Group>
      {asking ? null : <FormError error={ending.error} />}
      <Modal
        opened={asking}
        onClose={() => setAsking(false)}
        title={t('sessions.endAllTitle')}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <Stack>
          <Text>{t('sessions.endAllText')}</Text>
          <FormError error={ending.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setAsking(false)}>
              {t('common.cancel')}
            </Button>
            <Button color="red" loading={ending.isPending} onClick={() => ending.mutate('all')}>
              {t('sessions.endAll')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Stack>
  );
}
