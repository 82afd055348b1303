import { Button, Group, Stack, Tabs } from '@mantine/core';
import { IconMailPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/me.ts';
import { PageTitle } from '../../shared/ui/page-title.tsx';
import { InvitationsTab } from './invitations-tab.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { PeopleTab } from './people-tab.tsx';
import { RolesTab } from './roles-tab.tsx';
import { isUsersTab, type UsersTab } from './users-tab.ts';

/** *Users and roles*. */
export function UsersScreen(props: {
  readonly tab: UsersTab;
  readonly onTab: (tab: UsersTab) => void;
}) {
  const { t } = useTranslation();
  const may = useMay();
  const [inviting, setInviting] = useState(false);
  const inviteButton = may('users:create') ? (
    <Button
      leftSection={<IconMailPlus size={17} aria-hidden="true" />}
      onClick={() => setInviting(true)}
    >
      {t('users.invite')}
    </Button>
  ) : null;
  return (
    <Stack gap="lg">
      <Group justify="space-between">
        <PageTitle title={t('users.title')} />
        {inviteButton}
      </Group>
      <Tabs
        value={props.tab}
        onChange={(value) => {
          if (isUsersTab(value)) props.onTab(value);
        }}
        keepMounted={false}
      >
        <Tabs.List aria-label={t('users.title')}>
          <Tabs.Tab value="people">{t('users.tabPeople')}</Tabs.Tab>
          <Tabs.Tab value="invitations">{t('users.tabInvitations')}</Tabs.Tab>
          <Tabs.Tab value="roles">{t('users.tabRoles')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="people" pt="lg">
          <PeopleTab />
        </Tabs.Panel>
        <Tabs.Panel value="invitations" pt="lg">
          <InvitationsTab inviteButton={inviteButton} />
        </Tabs.Panel>
        <Tabs.Panel value="roles" pt="lg">
          <RolesTab />
        </Tabs.Panel>
      </Tabs>
      <InviteDialog opened={inviting} onClose={() => setInviting(false)} />
    </Stack>
  );
}
