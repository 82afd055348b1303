import type { Account, Page } from '@chatgate/contract';
import { Avatar, Badge, Button, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../shared/format.ts';
import { ownPicture } from '../../shared/own-picture.ts';
import { MetaDetails } from '../../shared/ui/meta-details.tsx';
import { FailedPanel, LoadingRows } from '../../shared/ui/screens.tsx';
import { accountsQuery } from './api/accounts.ts';
import classes from './pages.module.css';

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
      <div role="status">
        {accounts?.length === 0 ? <Text c="dimmed">{t('accounts.none')}</Text> : null}
      </div>
      {accounts === undefined || accounts.length === 0 ? null : (
        <ul className={classes.accountsList}>
          {accounts.map((account) => (
            <AccountLine key={account.id} account={account} />
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

function AccountLine({ account }: { account: Account }) {
  const { t } = useTranslation();
  const { dateTime } = useFormat();
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
      </div>
      {account.active ? (
        <Badge variant="light" className={classes.badge ?? ''} title={t('accounts.activeHint')}>
          {t('accounts.active')}
        </Badge>
      ) : null}
    </li>
  );
}
