import type { Destination } from '@chatgate/contract';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/me.ts';
import { DeliveryDialog } from './delivery-dialog.tsx';
import { DeliveryLog } from './delivery-log.tsx';
import { DestinationFrame } from './destination-frame.tsx';
import type { DestinationView } from './destination-view.ts';
import { ReplayDialog } from './replay-dialog.tsx';
import type { ReplayValues } from './replay-plan.ts';
import { ReplaysTab } from './replays-tab.tsx';
import { SettingsTab } from './settings-tab.tsx';

/** One destination: its log, its replays, its settings; the address says which and how filtered. */
export function OneDestination(props: {
  readonly destination: Destination;
  readonly view: DestinationView;
  readonly onView: (view: DestinationView) => void;
  readonly onDeleted: () => void;
}) {
  const { t } = useTranslation();
  const may = useMay();
  const { destination, view, onView } = props;
  const { id } = destination;
  const [replaying, setReplaying] = useState<Partial<ReplayValues>>();
  const { tab = 'log' } = view;
  const { delivery, ...behind } = view;
  const replayButton = may('destinations:edit') ? (
    <Button variant="default" onClick={() => setReplaying({})}>
      {t('replay.open')}
    </Button>
  ) : null;
  return (
    <DestinationFrame
      destination={destination}
      tab={tab}
      onTab={(next) => onView(next === 'log' ? {} : { tab: next })}
      actions={replayButton}
    >
      {tab === 'log' ? <DeliveryLog destination={destination} view={view} onView={onView} /> : null}
      {tab === 'replays' ? <ReplaysTab destinationId={id} action={replayButton} /> : null}
      {tab === 'settings' ? (
        <SettingsTab destination={destination} onDeleted={props.onDeleted} />
      ) : null}
      <DeliveryDialog
        destinationId={id}
        id={delivery}
        onClose={() => onView(behind)}
        onOnly={(conversation) => onView({ conversation })}
        onReplay={(values) => {
          onView(behind);
          setReplaying(values);
        }}
      />
      <ReplayDialog
        destination={destination}
        first={replaying}
        onClose={() => setReplaying(undefined)}
      />
    </DestinationFrame>
  );
}
