import type {
  AuditList,
  AuditRecord,
  Destination,
  DestinationWithSecret,
  LiveEvent,
} from '@chatgate/contract';
import { sql } from 'kysely';
import type { Database } from '../../../platform/db/index.ts';
import type { Log } from '../../../platform/log.ts';
import { createOutgoingHttp } from '../../../platform/outgoing-http/index.ts';
import type { NatsPublisher } from '../../../platform/queue/nats.ts';
import { type Random, systemRandom } from '../../../platform/random.ts';
import { createSeal } from '../../../platform/seal.ts';
import type { Tracing } from '../../../platform/tracing/index.ts';
import { createAudit } from '../../audit/index.ts';
import { createBench, emptyTables } from '../../conversations/test-support/bench.ts';
import {
  createDelivery,
  type Delivery,
  type DeliveryDeps,
  sealedDestinationColumns,
} from '../index.ts';

const BY_DELIVERY = [
  ...['delivery_attempt', 'delivery', 'delivery_queue', 'delivery_hour', 'delivery_replay'],
  ...['destination', 'audit_link', 'audit_detail', 'audit_head'],
];

/** In the middle: no jitter. */
const middleRandom: Random = {
  bytes: (length) => (length === 4 ? Buffer.from('7fffffff', 'hex') : systemRandom.bytes(length)),
};

const seal = createSeal({
  keys: [Buffer.alloc(32, 7)],
  columns: sealedDestinationColumns,
  random: systemRandom,
});

async function emptyAll(db: Database): Promise<void> {
  await emptyTables(db);
  await db.transaction(async (tx) => {
    for (const table of BY_DELIVERY) {
      await sql`delete from ${sql.table(table)}`.execute(tx);
    }
  });
}

export type World = Awaited<ReturnType<typeof createWorld>>;

/**
 * Ingest, conversations and delivery on a real database, with a clock that a test moves and real
 * sockets to endpoints of the test. Nothing runs in the background: tests drain the workers.
 */
export async function createWorld(
  db: Database,
  options: {
    log?: Log;
    random?: Random;
    deadlineMs?: number;
    nats?: NatsPublisher;
    natsSyncAlways?: boolean;
    outgoing?: DeliveryDeps['outgoing'];
    wakeOtherReplicas?: () => void;
    tracing?: Tracing | undefined;
  } = {},
) {
  await emptyAll(db);
  const hints: LiveEvent[] = [];
  const replicas: Delivery[] = [];
  const outgoing = createOutgoingHttp({ allow: ['127.0.0.1/32'] });
  const parts: { deps?: DeliveryDeps } = {};
  /** How long the machine slept, which what only counts time does not notice. */
  const suspended = { ms: 0 };
  const bench = await createBench(db, {
    ...(options.log ? { log: options.log } : {}),
    tracing: options.tracing,
    onProjected: async (tx, events) => replicas[0]?.onProjected(tx, events),
    more(made) {
      const { clock, ids, log, gateways } = made.deps;
      parts.deps = {
        ...{ db, clock, ids, log, gateways, outgoing, ...options },
        random: options.random ?? middleRandom,
        seal,
        audit: createAudit({ db, clock, ids, chainKey: Buffer.alloc(32, 1) }),
        live: { publish: (hint) => void hints.push(hint) },
        nats: options.nats,
        natsStream: 'CHATGATE',
        natsSyncAlways: options.natsSyncAlways ?? false,
        pages: made.deps.pages,
        conversations: made.conversations,
        retentionMs: 30 * 86_400_000,
        disableAfterMs: 5 * 86_400_000,
        sharedTime: async () => clock.now(),
        elapsed: () => clock.now() - suspended.ms,
      };
      const delivery = createDelivery(parts.deps);
      replicas.push(delivery);
      const { audit } = parts.deps;
      return (api) => {
        delivery.routes(api);
        audit.routes(api);
      };
    },
  });
  const [delivery] = replicas;
  if (!delivery || !parts.deps) {
    throw new Error('The bench made no delivery.');
  }
  const { deps } = parts;
  /** Another process on the same database. */
  const addReplica = (more: Partial<DeliveryDeps> = {}) => {
    const replica = createDelivery({ ...deps, ...more });
    replicas.push(replica);
    return replica;
  };
  return {
    ...bench,
    ...{ delivery, deps, hints, addReplica, outgoing, suspended },
    ...calls(bench.app),
    move(ms: number) {
      bench.time.now += ms;
    },
    /** Makes deliveries of what came in, and sends none. */
    project: () => bench.conversations.workers.projector.drain(),
    /** Sends what is due, by one replica. */
    async drainEngine(replica: Delivery) {
      await replica.workers[1]?.drain();
    },
    /** Projects what came in and sends what is due. */
    async drain() {
      await bench.conversations.workers.projector.drain();
      for (const worker of delivery.workers) {
        await worker.drain();
      }
    },
    async stop() {
      for (const worker of replicas.flatMap((replica) => replica.workers)) {
        await worker.stop();
      }
      await bench.app.close();
      await outgoing.close();
    },
  };
}

function calls(app: Awaited<ReturnType<typeof createBench>>['app']) {
  const call = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) => {
    const answer = await app.inject({
      ...{ method, url: `/api/v1${path}` },
      ...(body === undefined ? {} : { payload: body }),
    });
    return {
      status: answer.statusCode,
      body: (answer.body === '' ? undefined : answer.json()) as never,
    };
  };
  return {
    call,
    /** Entries of the audit log about this, newest first. */
    async audited(action: string): Promise<AuditRecord[]> {
      return ((await call('GET', `/audit?action=${action}`)).body as AuditList).items;
    },
    async createDestination(body: object): Promise<DestinationWithSecret> {
      const answer = await call('POST', '/destinations', { name: 'Orders', kind: 'http', ...body });
      if (answer.status !== 201) {
        throw new Error(`It was refused: ${JSON.stringify(answer.body)}`);
      }
      return answer.body;
    },
    async health(id: string): Promise<Destination['health']> {
      const { body } = await call('GET', `/destinations/${id}`);
      return (body as Destination).health;
    },
  };
}
