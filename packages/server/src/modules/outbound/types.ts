import type { LiveEvent } from '@chatgate/contract';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Rest } from '../../platform/db/index.ts';
import type { SharedTime } from '../../platform/db/time.ts';
import type { Ids } from '../../platform/ids.ts';
import type { Log } from '../../platform/log.ts';
import type { Tally } from '../../platform/metrics/index.ts';
import type { Tracing } from '../../platform/tracing/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Conversations } from '../conversations/index.ts';
import type { Gateways } from '../gateways/index.ts';
import type { Graph } from '../graph/index.ts';
import type { Pages } from '../pages/index.ts';

export type OutboundDeps = {
  readonly db: Database;
  /** For what may be an hour early or late. */
  readonly clock: Clock;
  /** What replicas share goes by it: claims, retries, limits, windows. */
  readonly sharedTime: SharedTime;
  readonly ids: Ids;
  readonly log: Log;
  readonly live: { readonly publish: (hint: LiveEvent) => void };
  readonly audit: Pick<Audit, 'record'>;
  /** The network's edge. */
  readonly graph: Pick<Graph, 'as'>;
  readonly gateways: Pick<Gateways, 'statesOf'>;
  readonly pages: Pick<Pages, 'sendAccess' | 'onTokenRefused'>;
  readonly conversations: Pick<Conversations, 'findAddress' | 'knownMids' | 'nameSender'>;
  readonly tracing?: Tracing | undefined;
  /** Where the Graph API is, for traces. */
  readonly graphUrl: string;
  /** Between two tries while the database does not work; by default by a timer. */
  readonly rest?: Rest;
};

export type SendDeps = OutboundDeps & {
  /** Calls of the Send API: how they ended and, after a space, the class of Meta's error. */
  readonly sends: Tally;
};
