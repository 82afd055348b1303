import type { Account, Page } from '@chatgate/contract';
import { Avatar, Badge, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay, useMayChangeGateways } from '../../shared/api/me.ts';
import { useErrorWords } from '../../shared/error-words.ts';
import { useFormat } from '../../shared/format.ts';
import { tellDone, tellFailed } from '../../shared/notice.ts';
import { ownPicture } from '../../shared/own-picture.ts';
import { MetaDetails } from '../../shared/ui/meta-details.tsx';
import { FailedPanel, LoadingRows } from '../../shared/ui/screens.tsx';
import { accountsQuery, makeActive } from './api/accounts.ts';
import classes from './pages.module.css';
import { RevokeConfirm } from './revoke-confirm.tsx';

/** The window "Accounts": who gave access to a Page, searchable, also where there is only one. */
export function AccountsDialog(props: {
  readonly gatewayId: string;
  readonly page: Page | undefined;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={props.page !== undefined}
      onClose={props.onClose}
      title={t('accounts.title')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {props.page === undefined ? null : <Accounts gatewayId={props.gatewayId} page={props.page} />}
    </Modal>
  );
}

function Accounts({ gatewayId, page }: { gatewayId: string; page: Page }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), 150);
  const query = useInfiniteQuery(accountsQuery(gatewayId, page.id, search));
  const accounts = query.data?.pages.flatMap(({ items }) => items);
  const total = query.data?.pages[0]?.total;
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t('accounts.of', { name: page.name })}
      </Text>
      <TextInput
        label={t('accounts.search')}
        type="search"
        leftSection={<IconSearch size={16} aria-hidden="true" />}
        value={typed}
        data-autofocus
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {query.isPending ? <LoadingRows rows={2} height={48} /> : null}
      {query.error !== null && accounts === undefined ? <FailedPanel error={query.error} /> : null}
      <Text size="sm" c="dimmed" role="status">
        {accounts?.length === 0 ? t('accounts.none') : ''}
        {total !== undefined && total > 1 ? t('accounts.count', { count: total }) : ''}
      </Text>
      {search === '' && total === 1 ? <Text size="sm">{t('accounts.onlyOne')}</Text> : null}
      {accounts === undefined || accounts.length === 0 ? null : (
        <ul className={classes.accountsList}>
          {accounts.map((account) => (
            <AccountLine key={account.id} gatewayId={gatewayId} page={page} account={account} />
          ))}
        </ul>
      )}
      {query.hasNextPage ? (
        <Button variant="default" size="xs" onClick={() => void query.fetchNextPage()}>
          {t('gateways.loadMore')}
        </Button>
      ) : null}
    </Stack>
  );
}

interface LineProps {
  readonly gatewayId: string;
  readonly page: Page;
  readonly account: Account;
}

function AccountLine(props: LineProps) {
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  const { account } = props;
  const { token, name } = account;
  return (
    <li className={classes.account}>
      <Avatar
        src={ownPicture(account.pictureUrl)}
        alt=""
        size={38}
        radius="xl"
        name={name}
        aria-hidden="true"
      />
      <div className={classes.shrink}>
        <Text fw={550} size="sm" className={classes.wrap ?? ''}>
          {account.kind === 'system_user' ? t('accounts.systemUser', { name }) : name}
        </Text>
        <Text size="xs" c="dimmed">
          {t('accounts.granted', { when: dateTime(account.grantedAt) })}
        </Text>
        <Text size="xs" className={classes[token.state] ?? ''}>
          {t(`accounts.${token.state}`)}
          {token.expiresAt === null
            ? ''
            : `, ${t('accounts.expires', { when: dateTime(token.expiresAt) })}`}
          {token.checkedAt === null
            ? ''
            : `, ${t('accounts.checked', { when: dateTime(token.checkedAt) })}`}
        </Text>
        <MetaDetails problem={token.problem} of={name} />
        <AccountActions {...props} />
      </div>
      {account.active ? (
        <Badge variant="light" className={classes.badge ?? ''} title={t('accounts.activeHint')}>
          {t('accounts.active')}
        </Badge>
      ) : null}
    </li>
  );
}

/** *Make active* and *Revoke*, each for who may. */
function AccountActions({ gatewayId, page, account }: LineProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const words = useErrorWords();
  const mayChange = useMayChangeGateways();
  const mayEdit = useMay()('gateways:edit');
  const [asked, setAsked] = useState(false);
  const { name } = account;
  const activation = useMutation({
    mutationFn: () => makeActive(gatewayId, page.id, account.id),
    onSuccess: () => tellDone(t('accounts.madeActive', { name, page: page.name })),
    onError: (error) => tellFailed(words(error)),
    onSettled: () => client.invalidateQueries({ queryKey: ['accounts', gatewayId] }),
  });
  if (asked) {
    const onDone = () => setAsked(false);
    return <RevokeConfirm gatewayId={gatewayId} page={page} account={account} onDone={onDone} />;
  }
  const look = { size: 'compact-xs', variant: 'light' } as const;
  return (
    <Group gap="xs" mt={4}>
      {mayChange && !account.active && account.token.state !== 'invalid' ? (
        <Button
          {...look}
          aria-label={t('accounts.makeActiveFor', { name })}
          loading={activation.isPending}
          onClick={() => activation.mutate()}
        >
          {t('accounts.makeActive')}
        </Button>
      ) : null}
      {mayEdit ? (
        <Button
          {...look}
          color="red"
          aria-label={t('accounts.revokeFor', { name })}
          onClick={() => setAsked(true)}
        >
          {t('accounts.revoke')}
        </Button>
      ) : null}
    </Group>
  );
}
