import type { Gateway } from '@chatgate/contract';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useCallback, useRef } from 'react';
import { ConnectButton } from '../../features/connect/connect-button.tsx';
import { ConnectNotice } from '../../features/connect/connect-notice.tsx';
import { useConnect } from '../../features/connect/use-connect.ts';
import { FindPageButton } from '../../features/find-page/find-page-button.tsx';
import { InviteButton } from '../../features/invites/invite-button.tsx';
import { PagesTab } from '../../features/pages/pages-tab.tsx';
import { gatewayQuery } from '../../shared/api/gateway.ts';
import { useMay } from '../../shared/api/me.ts';

export function PagesRoute() {
  const { gatewayId } = useParams({ from: '/signed-in/shell/gateways/$gatewayId/pages' });
  const { data } = useQuery(gatewayQuery(gatewayId));
  return data === undefined ? null : <ConnectedPages key={data.id} gateway={data} />;
}

/** The registry and the log-in window know nothing of each other; they meet here. */
function ConnectedPages({ gateway }: { gateway: Gateway }) {
  const { id, callbackBase } = gateway;
  const mayEdit = useMay()('gateways:edit');
  const leaving = useRef(false);
  const onLeave = useCallback(() => {
    leaving.current = true;
  }, []);
  const connect = useConnect(id, { onLeave });
  return (
    <PagesTab
      gatewayId={id}
      unknownPages={gateway.unknownPages}
      connectButton={
        <ConnectButton gatewayId={id} connect={connect} callbackBase={callbackBase}>
          <FindPageButton gatewayId={id} onConnect={connect.openWindow} />
          <InviteButton gatewayId={id} />
        </ConnectButton>
      }
      connectNotice={
        <ConnectNotice
          connect={connect}
          gatewayId={id}
          callbackBase={callbackBase}
          mayEdit={mayEdit}
        />
      }
      onLogIn={connect.openWindow}
      isLeaving={() => leaving.current}
    />
  );
}
