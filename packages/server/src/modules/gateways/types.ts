import type { Gateway, GatewayDeletion } from '@chatgate/contract';
import type { Executor } from '../../platform/db/index.ts';
import type { Secret } from '../../platform/secret.ts';

/** What is needed to call Meta in the name of a gateway's app. */
export type GatewayApp = {
  readonly id: string;
  readonly name: string;
  readonly uri: string;
  readonly appId: string;
  readonly appSecret: Secret;
  /** `vN.M`; null leaves the choice to the app's setting at Meta. */
  readonly apiVersion: string | null;
  readonly loginConfigId: string | null;
  readonly findBusinessPages: boolean;
  readonly importMissedMessages: boolean;
  readonly subscribeNewPages: boolean;
  readonly enabled: boolean;
};

/** Whose app it is, whether it is switched on, and whether people may answer for seven days. */
export type GatewayState = {
  readonly appId: string;
  readonly enabled: boolean;
  readonly humanAgent: boolean;
};

/** What is needed to judge a call from Meta. Kept in memory for a second. */
export type Receiver = {
  readonly gatewayId: string;
  readonly enabled: boolean;
  readonly verifyToken: Secret;
  /** One, or two while a secret rotates. */
  readonly appSecrets: readonly Secret[];
};

/** Counts that other modules know and the registry of gateways shows. */
export type GatewayCounts = {
  readonly pages: Gateway['pages'];
  readonly unknownPages: number;
};

/** The times that the four steps and the *Set up at Meta* panel are made of. */
export type Milestone =
  | 'first_page_at'
  | 'first_receiving_at'
  | 'first_message_at'
  | 'handshake_at'
  | 'redirect_seen_at'
  | 'deauthorize_seen_at'
  | 'data_deletion_seen_at';

/**
 * What deleting a gateway ends in other modules, run inside the deleting transaction, and what it
 * would end, said beforehand. Wired in app.ts, because imports point up the list of modules.
 */
export type GatewayDependants = {
  readonly counts: (
    db: Executor,
    gatewayIds: readonly string[],
  ) => Promise<ReadonlyMap<string, GatewayCounts>>;
  readonly deletion: (db: Executor, gatewayId: string) => Promise<GatewayDeletion>;
  readonly onDeleting: (tx: Executor, gatewayId: string) => Promise<void>;
};
