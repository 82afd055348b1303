import type { Gateway } from '@chatgate/contract';
import { Anchor, Button, Group, Stack, Tabs, Text } from '@mantine/core';
import { IconChevronLeft, IconLock, IconPlayerPause } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/me.ts';
import { NoticeBox } from '../../shared/ui/notice-box.tsx';
import { PageTitle } from '../../shared/ui/page-title.tsx';
import { TabList } from '../../shared/ui/tab-list.tsx';
import { FirstSteps } from './first-steps.tsx';
import classes from './gateway.module.css';
import { useChangeState } from './state-switch.tsx';

const TABS = ['general', 'pages', 'destinations'] as const;
export type GatewayTab = (typeof TABS)[number];

/** The heading, the four steps and the tabs of one gateway, stored or new (`undefined`). */
export function GatewayFrame(props: {
  readonly gateway: Gateway | undefined;
  readonly tab: GatewayTab;
  readonly onTab: (tab: GatewayTab) => void;
  readonly children: ReactNode;
}) {
  const { t } = useTranslation();
  const may = useMay();
  const { gateway, tab } = props;
  const locked = gateway === undefined;
  const name = gateway?.name ?? t('gateways.newTitle');
  const titles = {
    general: t('gateways.tabGeneral'),
    pages: t('gateways.tabPages'),
    destinations: t('gateways.tabDestinations'),
  };
  return (
    <Stack gap="md">
      <nav aria-label={t('gateways.breadcrumb')}>
        <Anchor component={Link} to="/gateways" size="sm" className={classes.up ?? ''}>
          <IconChevronLeft size={15} aria-hidden="true" />
          {t('gateways.title')}
        </Anchor>
      </nav>
      <Group justify="space-between">
        <PageTitle title={`${name} – ${titles[tab]}`}>{name}</PageTitle>
      </Group>
      {gateway === undefined || gateway.enabled ? null : <OffNotice gateway={gateway} />}
      <FirstSteps steps={gateway?.steps} />
      <Tabs
        value={tab}
        onChange={(value) => {
          const chosen = TABS.find((entry) => entry === value);
          if (chosen !== undefined) props.onTab(chosen);
        }}
        keepMounted={false}
      >
        <TabList label={t('gateways.tabsLabel')} value={tab}>
          <Tabs.Tab value="general">{titles.general}</Tabs.Tab>
          <Tabs.Tab
            value="pages"
            disabled={locked}
            leftSection={locked ? <IconLock size={15} aria-hidden="true" /> : null}
            aria-describedby={locked ? 'locked-reason' : undefined}
          >
            {titles.pages}
          </Tabs.Tab>
          {may('destinations:access') ? (
            <Tabs.Tab
              value="destinations"
              disabled={locked}
              leftSection={locked ? <IconLock size={15} aria-hidden="true" /> : null}
              aria-describedby={locked ? 'locked-reason' : undefined}
            >
              {titles.destinations}
            </Tabs.Tab>
          ) : null}
        </TabList>
        {locked ? (
          <Text size="sm" c="dimmed" mt="xs" id="locked-reason">
            {t('gateways.locked')}
          </Text>
        ) : null}
        <Tabs.Panel value={tab} pt="lg">
          {props.children}
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function OffNotice({ gateway }: { gateway: Gateway }) {
  const { t } = useTranslation();
  const may = useMay();
  const change = useChangeState(gateway);
  return (
    <NoticeBox tone="warn" icon={<IconPlayerPause size={18} aria-hidden="true" />}>
      <Group justify="space-between" gap="sm">
        <span>{t('gateways.gatewayOff')}</span>
        {may('gateways:edit') ? (
          <Button
            size="xs"
            variant="default"
            loading={change.isPending}
            onClick={() => change.mutate(true)}
          >
            {t('gateways.switchOn')}
          </Button>
        ) : null}
      </Group>
    </NoticeBox>
  );
}
