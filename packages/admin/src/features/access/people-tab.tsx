import type { User } from '@chatgate/contract';
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog, type Question } from '../../shared/ui/confirm-dialog.tsx';
import { EmptyPanel, FailedPanel, LoadingRows } from '../../shared/ui/screens.tsx';
import classes from './access.module.css';
import { deleteUser, updateUser, usersQuery } from './api/users.ts';
import { PeopleTable } from './people-table.tsx';
import { ResetLinkDialog } from './reset-link-dialog.tsx';
import { ACCESS } from './stale.ts';
import { UserDialog } from './user-dialog.tsx';

/** Everybody who can sign in. */
export function PeopleTab() {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), 200);
  const [editing, setEditing] = useState<User>();
  const [resetting, setResetting] = useState<User>();
  const [question, setQuestion] = useState<Question>();
  const questions = useQuestions();
  const query = useInfiniteQuery(usersQuery(search));
  const people = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const total = query.data?.pages[0]?.total ?? people.length;
  return (
    <Stack>
      <Group gap="sm" className={classes.toolbar ?? ''}>
        <TextInput
          className={classes.search ?? ''}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          leftSection={<IconSearch size={16} aria-hidden="true" />}
          placeholder={t('users.searchHint')}
          aria-label={t('users.searchLabel')}
          type="search"
        />
        <Text size="sm" c="dimmed" className={classes.total ?? ''} role="status">
          {query.data === undefined ? '' : t('users.total', { count: total })}
        </Text>
      </Group>
      {query.isPending ? <LoadingRows /> : null}
      {query.error !== null && query.data === undefined ? (
        <FailedPanel error={query.error} retry={() => void query.refetch()} />
      ) : null}
      {query.data !== undefined && people.length === 0 ? (
        <EmptyPanel
          picture={<IconSearch size={32} stroke={1.5} />}
          title={t('users.noneFound', { search })}
          action={
            <Button variant="default" onClick={() => setTyped('')}>
              {t('gateways.clearSearch')}
            </Button>
          }
        />
      ) : null}
      {people.length > 0 ? (
        <PeopleTable
          people={people}
          onEdit={setEditing}
          onReset={setResetting}
          onSwitch={(user) => setQuestion(questions.switching(user))}
          onDelete={(user) => setQuestion(questions.deleting(user))}
        />
      ) : null}
      {query.hasNextPage ? (
        <Button
          variant="default"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('gateways.loadMore')}
        </Button>
      ) : null}
      <UserDialog user={editing} onClose={() => setEditing(undefined)} />
      <ResetLinkDialog user={resetting} onClose={() => setResetting(undefined)} />
      <ConfirmDialog question={question} stale={ACCESS} onClose={() => setQuestion(undefined)} />
    </Stack>
  );
}

/** What disabling and deleting end, said before. */
function useQuestions() {
  const { t } = useTranslation();
  const keysOf = ({ apiKeys }: User, words: 'users.keysStop' | 'users.keysRevoked') =>
    apiKeys === 0 ? null : <Text fw={600}>{t(words, { count: apiKeys })}</Text>;
  return {
    switching(user: User): Question {
      const { name, enabled } = user;
      return {
        title: t(enabled ? 'users.disableTitle' : 'users.enableTitle', { name }),
        text: (
          <Stack gap="xs">
            <Text>{t(enabled ? 'users.disableText' : 'users.enableText')}</Text>
            {enabled ? keysOf(user, 'users.keysStop') : null}
          </Stack>
        ),
        action: t(enabled ? 'users.disable' : 'users.enable'),
        done: t(enabled ? 'users.disabledNow' : 'users.enabledNow', { name }),
        danger: enabled,
        run: () => updateUser(user.id, { enabled: !enabled }),
      };
    },
    deleting(user: User): Question {
      const { name } = user;
      return {
        title: t('users.deleteTitle', { name }),
        text: (
          <Stack gap="xs">
            <Text>{t('users.deleteText')}</Text>
            {keysOf(user, 'users.keysRevoked')}
          </Stack>
        ),
        action: t('common.delete'),
        done: t('users.deleted', { name }),
        danger: true,
        run: () => deleteUser(user.id),
      };
    },
  };
}
