import type { Invite } from '@chatgate/contract';
import { Button, Group, Text, Title } from '@mantine/core';
import {
  IconCircleCheck,
  IconCircleX,
  IconClockOff,
  IconMailOpened,
  type TablerIcon,
} from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorWords } from '../../shared/error-words.ts';
import { type Format, useFormat } from '../../shared/format.ts';
import { tellFailed } from '../../shared/notice.ts';
import { FailedPanel, LoadingRows } from '../../shared/ui/screens.tsx';
import { invitesQuery, revokeInvite } from './api/invites.ts';
import classes from './invites.module.css';

/** Every invite with what became of it. */
export function InviteList({ gatewayId }: { gatewayId: string }) {
  const { t } = useTranslation();
  const query = useInfiniteQuery(invitesQuery(gatewayId));
  const invites = query.data?.pages.flatMap(({ items }) => items);
  return (
    <section aria-labelledby="invites-list">
      <Title order={3} id="invites-list" mb="xs">
        {t('invites.listTitle')}
      </Title>
      {query.isPending ? <LoadingRows rows={2} height={54} /> : null}
      {query.error !== null && invites === undefined ? (
        <FailedPanel error={query.error} retry={() => void query.refetch()} />
      ) : null}
      {invites?.length === 0 ? <Text c="dimmed">{t('invites.empty')}</Text> : null}
      {invites === undefined || invites.length === 0 ? null : (
        <ul className={classes.list}>
          {invites.map((invite) => (
            <InviteLine key={invite.id} gatewayId={gatewayId} invite={invite} />
          ))}
        </ul>
      )}
      {query.hasNextPage ? (
        <Button
          variant="default"
          size="xs"
          mt="sm"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('invites.loadMore')}
        </Button>
      ) : null}
    </section>
  );
}

const SIGNS: Record<Invite['state'], TablerIcon> = {
  open: IconMailOpened,
  used: IconCircleCheck,
  expired: IconClockOff,
  revoked: IconCircleX,
  stopped: IconCircleX,
};

function InviteLine({ gatewayId, invite }: { gatewayId: string; invite: Invite }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [asking, setAsking] = useState(false);
  const Sign = SIGNS[invite.state];
  return (
    <li className={classes.line}>
      <Sign size={20} aria-hidden="true" className={classes[invite.state]} />
      <div className={classes.about}>
        <Text fw={550} size="sm" className={classes.wrap ?? ''}>
          {invite.note}
        </Text>
        <Text size="sm" className={classes[invite.state] ?? ''}>
          {stateWords(t, invite, format)}
        </Text>
        <Text size="xs" c="dimmed">
          {t('invites.created', {
            name: invite.createdBy,
            when: format.dateTime(invite.createdAt),
          })}
        </Text>
        {asking ? (
          <AskRevoke gatewayId={gatewayId} invite={invite} onKeep={() => setAsking(false)} />
        ) : null}
      </div>
      {invite.state === 'revoked' || invite.state === 'expired' || asking ? null : (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={t('invites.revokeThis', { note: invite.note })}
          onClick={() => setAsking(true)}
        >
          {t('invites.revoke')}
        </Button>
      )}
    </li>
  );
}

function AskRevoke(props: { gatewayId: string; invite: Invite; onKeep: () => void }) {
  const { t } = useTranslation();
  const words = useErrorWords();
  const client = useQueryClient();
  const { gatewayId, invite } = props;
  const revocation = useMutation({
    mutationFn: () => revokeInvite(gatewayId, invite.id),
    onError: (error) => tellFailed(words(error)),
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: ['invites', gatewayId] });
      props.onKeep();
    },
  });
  return (
    <div role="alert" className={classes.ask}>
      <Text size="sm">
        {t('invites.revokeAsk', { note: invite.note })}{' '}
        {invite.state === 'used' ? t('invites.revokeUsed') : null}
      </Text>
      <Group gap="xs" mt={6}>
        <Button
          size="compact-sm"
          color="red"
          loading={revocation.isPending}
          onClick={() => revocation.mutate()}
        >
          {t('invites.revoke')}
        </Button>
        <Button size="compact-sm" variant="default" onClick={props.onKeep} data-autofocus>
          {t('invites.keep')}
        </Button>
      </Group>
    </div>
  );
}

function stateWords(t: TFunction, invite: Invite, { dateTime }: Format): string {
  switch (invite.state) {
    case 'open': {
      const until = t('invites.open', { when: dateTime(invite.expiresAt) });
      return invite.openedAt === null
        ? until
        : `${until}, ${t('invites.seen', { when: dateTime(invite.openedAt) })}`;
    }
    case 'used':
      return t('invites.used', {
        name: invite.usedBy ?? t('common.person'),
        when: dateTime(invite.usedAt ?? invite.createdAt),
        count: invite.pages,
      });
    case 'stopped':
      return t('invites.stopped', { name: invite.createdBy });
    case 'expired':
      return t('invites.expired', { when: dateTime(invite.expiresAt) });
    case 'revoked':
      return t('invites.revoked', {
        name: invite.revokedBy ?? t('common.person'),
        when: dateTime(invite.revokedAt ?? invite.createdAt),
      });
  }
}
