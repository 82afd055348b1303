import type { LiveEvent } from '@chatgate/contract';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Executor } from '../../platform/db/index.ts';
import type { SharedTime } from '../../platform/db/time.ts';
import type { Ids } from '../../platform/ids.ts';
import type { Log } from '../../platform/log.ts';
import type { OutgoingHttp } from '../../platform/outgoing-http/index.ts';
import type { NatsPublisher } from '../../platform/queue/nats.ts';
import type { Random } from '../../platform/random.ts';
import type { Seal } from '../../platform/seal.ts';
import type { Tracing } from '../../platform/tracing/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Conversations } from '../conversations/index.ts';

export type DeliveryDeps = {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly log: Log;
  readonly seal: Seal;
  readonly audit: Audit;
  readonly live: { readonly publish: (hint: LiveEvent) => void };
  readonly outgoing: Pick<OutgoingHttp, 'fetch' | 'resolveUrl'>;
  /** Undefined where no NATS server is configured. */
  readonly nats: NatsPublisher | undefined;
  readonly natsStream: string;
  /** The operator says that the server writes to the disk before it acknowledges. */
  readonly natsSyncAlways: boolean;
  readonly gateways: {
    /** Throws `not_found` for an unknown gateway. */
    readonly assertExists: (gatewayId: string) => Promise<void>;
  };
  readonly pages: {
    readonly receivingOf: (
      db: Executor,
      gatewayId: string,
      pageIds: readonly string[],
    ) => Promise<ReadonlyMap<string, { readonly known: boolean }>>;
  };
  readonly conversations: Pick<Conversations, 'describeEvents' | 'countRecorded' | 'readRecorded'>;
  /** Something was queued that another replica may send. */
  readonly wakeOtherReplicas?: () => void;
  /** How long the log of finished deliveries is kept. */
  readonly retentionMs: number;
  /** How long a destination may fail without a single success before it is switched off. */
  readonly disableAfterMs: number;
  /** The time all replicas agree on; by default the database's. */
  readonly sharedTime?: SharedTime;
  /** Monotonic milliseconds. */
  readonly elapsed?: () => number;
  /** One deadline over name, connection, TLS, request and answer. */
  readonly deadlineMs?: number;
  readonly tracing?: Tracing | undefined;
  /** How long a stop waits for requests under way before it cuts them off. */
  readonly stopPatienceMs?: number;
};

/** What changing something needs. */
export type ChangeDeps = Pick<
  DeliveryDeps,
  | 'db'
  | 'clock'
  | 'ids'
  | 'random'
  | 'seal'
  | 'audit'
  | 'live'
  | 'outgoing'
  | 'nats'
  | 'gateways'
  | 'pages'
> & {
  readonly sharedTime: SharedTime;
  /** This was committed: a destination came to this version, or is gone with it. */
  readonly changed: (destinationId: string, version: number) => void;
  /** Something may be due now. */
  readonly wake: () => void;
};
