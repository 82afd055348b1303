import type { Destination } from '@chatgate/contract';
import { Group, Stack, Tabs } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconInfoCircle,
  IconPlayerPause,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/me.ts';
import { NoticeBox, type Tone } from '../../shared/ui/notice-box.tsx';
import { PageTitle } from '../../shared/ui/page-title.tsx';
import { TabList } from '../../shared/ui/tab-list.tsx';
import { DeliverySwitch } from './delivery-switch.tsx';
import { DestinationFacts } from './destination-facts.tsx';
import { SendTestButton, StateButton, StateSentence } from './destination-state.tsx';
import { type DestinationTab, isTab } from './destination-view.ts';
import classes from './frame.module.css';
import { BackToDestinations } from './new-destination.tsx';
import { type ShownState, stateOf } from './state-of.ts';

/** The heading of one destination, its state with the one thing to do, its figures, and the tabs. */
export function DestinationFrame(props: {
  readonly destination: Destination;
  readonly tab: DestinationTab;
  readonly onTab: (tab: DestinationTab) => void;
  readonly actions: ReactNode;
  readonly children: ReactNode;
}) {
  const { t } = useTranslation();
  const may = useMay();
  const { destination, tab } = props;
  const titles = {
    log: t('destinations.tabLog'),
    replays: t('destinations.tabReplays'),
    settings: t('destinations.tabSettings'),
  };
  return (
    <Stack gap="md">
      <BackToDestinations />
      <Group justify="space-between" align="flex-start" className={classes.head ?? ''}>
        <div>
          <PageTitle title={`${destination.name} – ${titles[tab]}`}>{destination.name}</PageTitle>
          <div className={classes.url}>{destination.url ?? 'NATS JetStream'}</div>
        </div>
        <div className={classes.narrowRight}>
          {may('destinations:edit') ? (
            <>
              {stateOf(destination).action === 'sendTest' ? null : (
                <SendTestButton destination={destination} />
              )}
              {props.actions}
            </>
          ) : null}
          <DeliverySwitch destination={destination} />
        </div>
      </Group>
      <StateNotice destination={destination} />
      <DestinationFacts destination={destination} />
      <Tabs
        value={tab}
        onChange={(value) => {
          if (isTab(value)) props.onTab(value);
        }}
        keepMounted={false}
      >
        <TabList label={t('destinations.tabsLabel')} value={tab}>
          <Tabs.Tab value="log">{titles.log}</Tabs.Tab>
          <Tabs.Tab value="replays">{titles.replays}</Tabs.Tab>
          <Tabs.Tab value="settings">{titles.settings}</Tabs.Tab>
        </TabList>
        <Tabs.Panel value={tab} pt="lg">
          {props.children}
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

const TONES: Record<ShownState['tone'], Tone> = {
  good: 'good',
  warn: 'warn',
  bad: 'bad',
  calm: 'info',
};

function StateNotice({ destination }: { destination: Destination }) {
  const { tone, name } = stateOf(destination);
  return (
    <NoticeBox tone={TONES[tone]} icon={<StateIcon tone={tone} isOff={name === 'off'} />}>
      <div className={classes.notice}>
        <StateSentence destination={destination} />
        <StateButton destination={destination} />
      </div>
    </NoticeBox>
  );
}

function StateIcon({ tone, isOff }: { tone: ShownState['tone']; isOff: boolean }) {
  const look = { size: 18, 'aria-hidden': true } as const;
  if (isOff) return <IconPlayerPause {...look} />;
  if (tone === 'good') return <IconCircleCheck {...look} />;
  return tone === 'calm' ? <IconInfoCircle {...look} /> : <IconAlertTriangle {...look} />;
}
