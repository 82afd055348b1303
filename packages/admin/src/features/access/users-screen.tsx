import { Button, Group, Stack, Tabs } from '@mantine/core';
import { IconMailPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/me.ts';
import { NoticeBox } from '../../shared/ui/notice-box.tsx';
import { PageTitle } from '../../shared/ui/page-title.tsx';
import { TabList } from '../../shared/ui/tab-list.tsx';
import { InvitationsTab } from './invitations-tab.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { PeopleTab } from './people-tab.tsx';
import { RolesTab } from './roles-tab.tsx';
import { isUsersTab, type UsersTab } from './users-tab.ts';

/** *Users and roles*. */
export function UsersScreen(props: {
  readonly tab: UsersTab;
  /** Only the people who have this role; empty for everybody. */
  readonly role: string;
  readonly onPlace: (place: { tab: UsersTab; role?: string }) => void;
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
        {props.tab === 'roles' ? null : inviteButton}
      </Group>
      {may('users:create') || may('users:edit') || may('users:delete') ? null : (
        <NoticeBox tone="info">{t('users.readOnly')}</NoticeBox>
      )}
      <Tabs
        value={props.tab}
        onChange={(value) => {
          if (isUsersTab(value)) props.onPlace({ tab: value });
        }}
        keepMounted={false}
      >
        <TabList label={t('users.title')} value={props.tab}>
          <Tabs.Tab value="people">{t('users.tabPeople')}</Tabs.Tab>
          <Tabs.Tab value="invitations">{t('users.tabInvitations')}</Tabs.Tab>
          <Tabs.Tab value="roles">{t('users.tabRoles')}</Tabs.Tab>
        </TabList>
        <Tabs.Panel value="people" pt="lg">
          <PeopleTab role={props.role} onRole={(role) => props.onPlace({ tab: 'people', role })} />
        </Tabs.Panel>
        <Tabs.Panel value="invitations" pt="lg">
          <InvitationsTab />
        </Tabs.Panel>
        <Tabs.Panel value="roles" pt="lg">
          <RolesTab onPeople={(role) => props.onPlace({ tab: 'people', role })} />
        </Tabs.Panel>
      </Tabs>
      <InviteDialog opened={inviting} onClose={() => setInviting(false)} />
    </Stack>
  );
}
