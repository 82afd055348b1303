import type { User } from '@chatgate/contract';
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog, type Question } from '../../shared/ui/confirm-dialog.tsx';
import { EmptyPanel, FailedPanel, LoadingRows } from '../../shared/ui/screens.tsx';
import toolbar from '../../shared/ui/toolbar.module.css';
import { usersQuery } from './api/users.ts';
import { PeopleTable } from './people-table.tsx';
import { usePersonQuestions } from './person-questions.tsx';
import { ResetLinkDialog } from './reset-link-dialog.tsx';
import { RoleFilter } from './role-select.tsx';
import { signInHelp } from './sign-in-help.tsx';
import { ACCESS } from './stale.ts';
import { UserDialog } from './user-dialog.tsx';

/** Everybody who can sign in. */
export function PeopleTab(props: {
  readonly role: string;
  readonly onRole: (role: string) => void;
}) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), 200);
  const [editing, setEditing] = useState<User>();
  const [resetting, setResetting] = useState<User>();
  const [question, setQuestion] = useState<Question>();
  const questions = usePersonQuestions();
  const query = useInfiniteQuery(usersQuery({ search, role: props.role }));
  const people = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const total = query.data?.pages[0]?.total ?? people.length;
  return (
    <Stack>
      <Group gap="sm" className={toolbar.toolbar ?? ''}>
        <TextInput
          className={toolbar.search ?? ''}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          leftSection={<IconSearch size={16} aria-hidden="true" />}
          placeholder={t('users.searchHint')}
          aria-label={t('users.searchLabel')}
          type="search"
        />
        <RoleFilter value={props.role} onChange={props.onRole} />
        <Text size="sm" c="dimmed" className={toolbar.total ?? ''} role="status">
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
          title={search === '' ? t('users.noneWithRole') : t('users.noneFound', { search })}
          action={
            <Button
              variant="default"
              onClick={() => {
                setTyped('');
                props.onRole('');
              }}
            >
              {t('users.showAll')}
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
          onHelp={(user, help) => setQuestion(signInHelp(t, user, help))}
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
