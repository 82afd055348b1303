import type { Account, Page, Revocation } from '@chatgate/contract';
import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useErrorWords } from '../../shared/error-words.ts';
import { tellDone, tellFailed } from '../../shared/notice.ts';
import { revocationQuery, revokeGrant } from './api/accounts.ts';
import classes from './bulk.module.css';

/** Says what revoking ends, before it does. */
export function RevokeConfirm(props: {
  readonly gatewayId: string;
  readonly page: Page;
  readonly account: Account;
  readonly onDone: () => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const words = useErrorWords();
  const { gatewayId, page, account } = props;
  const { data, error } = useQuery(revocationQuery(gatewayId, page.id, account.id));
  const revocation = useMutation({
    mutationFn: (ends: Revocation) =>
      revokeGrant(gatewayId, page.id, {
        accountId: account.id,
        leavesRegistry: ends.leavesRegistry,
      }),
    onSuccess: () => {
      tellDone(t('accounts.revoked', { name: account.name, page: page.name }));
      props.onDone();
    },
    onError: (failure) => tellFailed(words(failure)),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['accounts', gatewayId] }),
        client.invalidateQueries({ queryKey: ['pages', gatewayId] }),
      ]),
  });
  return (
    <fieldset
      className={classes.confirm}
      aria-label={t('accounts.revokeTitle', { name: account.name })}
    >
      <Text size="sm" role="status">
        {data === undefined
          ? error === null
            ? t('common.loading')
            : words(error)
          : revocationWords(t, data, page.name)}
      </Text>
      <Group gap="xs">
        <Button
          size="compact-sm"
          color="red"
          disabled={data === undefined}
          loading={revocation.isPending}
          onClick={() => {
            if (data !== undefined) revocation.mutate(data);
          }}
        >
          {t('accounts.revokeNow')}
        </Button>
        <Button size="compact-sm" variant="default" onClick={props.onDone} data-autofocus>
          {t('common.cancel')}
        </Button>
      </Group>
    </fieldset>
  );
}

function revocationWords(t: TFunction, ends: Revocation, page: string): string {
  const { account, keptBy } = ends;
  if (keptBy === null) {
    return t(ends.receiving ? 'accounts.revokeLastReceiving' : 'accounts.revokeLast', {
      account,
      page,
    });
  }
  if (!ends.keeperWorks) return t('accounts.revokeKeeperDead', { account, page, keptBy });
  return ends.wasActive
    ? t('accounts.revokeActive', { account, page, keptBy })
    : t('accounts.revokeOther', { account, page });
}
