import type { PersonInvitation, SentInvitation } from '@chatgate/contract';
import { Badge, Group, Modal, Stack, Text } from '@mantine/core';
import { IconMailForward, IconMailOff, IconMailOpened } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/me.ts';
import { useErrorWords } from '../../shared/error-words.ts';
import { useFormat } from '../../shared/format.ts';
import { tellFailed } from '../../shared/notice.ts';
import { roleWords } from '../../shared/role-words.ts';
import { ConfirmDialog, type Question } from '../../shared/ui/confirm-dialog.tsx';
import { ActionsCell, Cell, DataTable, NameCell } from '../../shared/ui/data-table.tsx';
import { IconButton } from '../../shared/ui/icon-button.tsx';
import { EmptyPanel, FailedPanel, LoadingRows } from '../../shared/ui/screens.tsx';
import classes from './access.module.css';
import { invitationsQuery, resendInvitation, revokeInvitation } from './api/invitations.ts';
import { LinkDelivered } from './link-delivered.tsx';
import { ACCESS } from './stale.ts';

/** Who was asked in and did not come yet. */
export function InvitationsTab() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const words = useErrorWords();
  const query = useQuery(invitationsQuery);
  const [sent, setSent] = useState<SentInvitation>();
  const [question, setQuestion] = useState<Question>();
  const resending = useMutation({
    mutationFn: resendInvitation,
    onSuccess: setSent,
    onError: (error) => tellFailed(words(error)),
    onSettled: () => client.invalidateQueries({ queryKey: ['access'] }),
  });
  const askRevoke = ({ id, name }: PersonInvitation) =>
    setQuestion({
      title: t('users.revokeTitle', { name }),
      text: t('users.revokeText'),
      action: t('users.revoke'),
      done: t('users.revoked', { name }),
      danger: true,
      run: () => revokeInvitation(id),
    });
  if (query.isPending) return <LoadingRows rows={3} />;
  if (query.data === undefined) {
    return <FailedPanel error={query.error} retry={() => void query.refetch()} />;
  }
  const rows = query.data.items;
  return (
    <Stack>
      {rows.length === 0 ? (
        <EmptyPanel
          picture={<IconMailOpened size={32} stroke={1.5} />}
          title={t('users.noInvitations')}
        >
          {t('users.noInvitationsText')}
        </EmptyPanel>
      ) : (
        <InvitationsTable
          rows={rows}
          onResend={({ id }) => {
            // Each new link ends the one before: the answer of two clicks could show the dead one.
            if (!resending.isPending) resending.mutate(id);
          }}
          onRevoke={askRevoke}
        />
      )}
      <Modal
        opened={sent !== undefined}
        onClose={() => setSent(undefined)}
        closeOnClickOutside={false}
        title={t('users.resentTitle')}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        {sent === undefined ? null : (
          <LinkDelivered
            delivery={sent.delivery}
            email={sent.invitation.email}
            onClose={() => setSent(undefined)}
          />
        )}
      </Modal>
      <ConfirmDialog question={question} stale={ACCESS} onClose={() => setQuestion(undefined)} />
    </Stack>
  );
}

function InvitationsTable(props: {
  readonly rows: readonly PersonInvitation[];
  readonly onResend: (row: PersonInvitation) => void;
  readonly onRevoke: (row: PersonInvitation) => void;
}) {
  const { t } = useTranslation();
  const may = useMay();
  const { dateTime } = useFormat();
  return (
    <DataTable
      columns={[
        t('session.name'),
        t('session.email'),
        t('users.role'),
        t('users.invitedBy'),
        t('users.validUntil'),
      ]}
      actions={t('gateways.actions')}
    >
      {props.rows.map((row) => (
        <tr key={row.id}>
          <NameCell>
            <Text fw={600} size="sm">
              {row.name}
            </Text>
          </NameCell>
          <Cell label={t('session.email')}>
            <Text size="sm" className={classes.wrap ?? ''}>
              {row.email}
            </Text>
          </Cell>
          <Cell label={t('users.role')}>
            <Text size="sm">{roleWords(t, row.role)}</Text>
          </Cell>
          <Cell label={t('users.invitedBy')}>
            <Text size="sm">{row.invitedBy}</Text>
          </Cell>
          <Cell label={t('users.validUntil')}>
            <Group gap={6}>
              <Text size="sm">{dateTime(row.expiresAt)}</Text>
              {row.expired ? (
                <Badge variant="light" color="yellow" className={classes.warned ?? ''}>
                  {t('users.expired')}
                </Badge>
              ) : null}
            </Group>
          </Cell>
          <ActionsCell>
            {may('users:create') ? (
              <>
                <IconButton
                  label={t('users.resendTo', { name: row.name })}
                  icon={<IconMailForward size={18} />}
                  disabled={row.beyondCaller}
                  onClick={() => props.onResend(row)}
                />
                <IconButton
                  label={t('users.revokeFor', { name: row.name })}
                  icon={<IconMailOff size={18} />}
                  onClick={() => props.onRevoke(row)}
                />
              </>
            ) : null}
          </ActionsCell>
        </tr>
      ))}
    </DataTable>
  );
}
