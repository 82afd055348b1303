/**
 * Ingest: Meta calls us. Verifies the signature over the raw bytes, commits every element of the
 * body as one event, and answers 200.
 *
 * Owns the table `event`. Guarantees: 200 only after the commit is durable; an element that Meta
 * sends again is counted, not stored twice, unless it says something else, and then both are kept;
 * a signed body always ends as rows, readable or not. Never calls the network, never looks a Page
 * up, never needs a token.
 *
 * An event is `new` until the projector (conversations) settles it as recorded, ignored or parked.
 * What the bytes alone decide (not JSON, not a Page's) is parked here.
 */
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Executor } from '../../platform/db/index.ts';
import type { Ids } from '../../platform/ids.ts';
import type { Log } from '../../platform/log.ts';
import {
  createDistribution,
  createTally,
  type Distribution,
  type Tally,
} from '../../platform/metrics/index.ts';
import type { Tracing } from '../../platform/tracing/index.ts';
import { type EventErasing, eventErasing } from './erase/erase-events.ts';
import { findNew } from './find-new.ts';
import { createIntake } from './intake.ts';
import { createThreadedKeeper } from './keep-in-thread.ts';
import { createKeeper } from './keep-posts.ts';
import type { ParkReason } from './read-events.ts';
import { type Receiver, registerCallbacks } from './routes.ts';
import {
  countRecorded,
  countUnknownPages,
  deleteIgnored,
  type EventRow,
  findEventRow,
  hasNew,
  type JourneyRow,
  type RecordedSelection,
  readBacklog,
  reviveParked,
  type SettledRow,
  selectJourneys,
  selectPagesInTray,
  selectRecorded,
  selectRecordedByIds,
  selectUnknownPages,
  settleEvents,
  type UnknownPageRow,
} from './store.ts';

export { parseExactly } from './canonical.ts';
export { isObject, object } from './json.ts';
export type { ParkReason } from './read-events.ts';
export type { EventRow } from './store.ts';

export type IgnoreReason = 'gateway_off' | 'receiving_off';

/** What became of a new event. */
export type Settled = { readonly eventId: string } & (
  | {
      readonly state: 'recorded';
      readonly conversationId: string | null;
      readonly seq: number | null;
    }
  | { readonly state: 'ignored'; readonly reason: IgnoreReason }
  | { readonly state: 'parked'; readonly reason: ParkReason }
);

/** Counted since this process began. */
export type Measured = {
  /** POSTs by status. */
  readonly answers: Tally;
  /** Receipt to durable commit. */
  readonly ackSeconds: Distribution;
  /** Events taken in: `new` or `copy`. */
  readonly events: Tally;
};

/** What waits in the table, counted up to a limit. */
export type Backlog = {
  readonly waiting: number;
  readonly parked: number;
  /** Age of the oldest event that waits; 0 when none does. */
  readonly oldestMs: number;
};

const STATUSES = ['200', '400', '401', '404', '413', '503'];
const ACK_BOUNDS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const COUNT_UP_TO = 10_000;

export type Ingest = EventErasing & {
  /** Registers `GET` and `POST /meta/:uri/webhook`, in a scope of their own. */
  callbacks: (app: FastifyInstance) => void;
  /** Something new may be there. A hint: whoever needs it must poll as well. */
  onStored: (listener: () => void) => void;
  /** Makes ready what the first POST would have to wait for. */
  prepare: () => void;
  /** Refuses new POSTs with 503, commits those that wait. */
  stop: () => Promise<void>;
  hasNew: () => Promise<boolean>;
  readonly measured: Measured;
  backlog: () => Promise<Backlog>;
  /**
   * New events in the order they arrived. While there are more than `limit`, receipts and echoes get
   * a quarter of it and what people write gets the rest.
   */
  findNew: (tx: Executor, limit: number) => Promise<EventRow[]>;
  settle: (tx: Executor, settled: readonly Settled[]) => Promise<void>;
  /** Makes parked events new again; gives how many. */
  revive: (
    tx: Executor,
    which:
      | { reason: 'unknown_page'; gatewayId: string; pageId: string }
      | { reason: 'failed'; eventId: string },
  ) => Promise<number>;
  findEvent: (id: string) => Promise<EventRow | undefined>;
  /** Those of these events that were recorded and are still there. */
  findRecorded: (executor: Executor, ids: readonly string[]) => Promise<EventRow[]>;
  /** How many recorded events there are of each kind. */
  countRecorded: (
    executor: Executor,
    selection: RecordedSelection,
  ) => Promise<{ kind: string; events: number }[]>;
  /** Recorded events without what is in them, by conversation and `seq`. */
  selectRecorded: (
    executor: Executor,
    selection: RecordedSelection,
  ) => Promise<
    {
      eventId: string;
      gatewayId: string;
      pageId: string;
      conversationId: string | null;
      seq: number | null;
      kind: string;
    }[]
  >;
  journeys: (ids: readonly string[]) => Promise<JourneyRow[]>;
  unknownPages: (gatewayId: string) => Promise<UnknownPageRow[]>;
  pagesInTray: (tx: Executor) => Promise<{ gateway_id: string; page_id: string }[]>;
  countUnknownPages: (db: Executor, gatewayIds: readonly string[]) => Promise<Map<string, number>>;
  /** Erases events ignored because receiving was off, received before then; gives how many. */
  eraseIgnored: (options: { before: number; limit: number }) => Promise<number>;
};

type IngestDeps = {
  db: Database;
  clock: Clock;
  ids: Ids;
  log: Log;
  gateways: {
    findReceiver: (uri: string) => Promise<Receiver | undefined>;
    noteSetUp: (
      gatewayId: string,
      evidence: { readonly line: 'webhook'; readonly works: boolean },
    ) => Promise<void>;
  };
  /** Where posts are read and committed; here, unless said otherwise. */
  keeping?: 'here' | 'in a thread';
  /** Monotonic milliseconds, fractions included. */
  elapsed?: () => number;
  tracing?: Tracing | undefined;
  /** How long a commit may take before who waits for it is refused. */
  stalledAfterMs?: number;
};

export function createIngest(deps: IngestDeps): Ingest {
  const { db, clock, ids, log, gateways } = deps;
  const keeper =
    deps.keeping === 'in a thread'
      ? createThreadedKeeper(db)
      : createKeeper({ db, nextId: () => ids.next('ev') });
  const measured: Measured = {
    answers: createTally(STATUSES),
    ackSeconds: createDistribution(ACK_BOUNDS_S),
    events: createTally(['new', 'copy']),
  };
  const listeners: (() => void)[] = [];
  const intake = createIntake({
    ...{ clock, log, keep: keeper.keep, counts: measured },
    ...{ tracing: deps.tracing, stalledAfterMs: deps.stalledAfterMs },
    elapsed: deps.elapsed ?? (() => performance.now()),
    onStored: () =>
      listeners.forEach((listener) => {
        listener();
      }),
  });

  return {
    callbacks: (app) =>
      registerCallbacks(app, {
        ...{ log, findReceiver: gateways.findReceiver },
        noteHandshake: (gatewayId, works) =>
          gateways.noteSetUp(gatewayId, { line: 'webhook', works }),
        accept: intake.accept,
        nextRequestId: () => ids.next('req'),
        answered: (status) => measured.answers.add(String(status)),
      }),
    onStored: (listener) => void listeners.push(listener),
    prepare: keeper.prepare,
    stop: () => intake.stop().then(keeper.close),
    measured,
    backlog: () => readBacklog(db.read, { now: clock.now(), countUpTo: COUNT_UP_TO }),
    hasNew: () => hasNew(db.read),
    findNew,
    settle: (tx, settled) =>
      settleEvents(
        db,
        tx,
        settled.map((event) => toRow(event, intake.storedMs(event.eventId))),
      ),
    revive: reviveParked,
    findRecorded: (executor, ids) => selectRecordedByIds(db, executor, ids),
    countRecorded,
    async selectRecorded(executor, selection) {
      const rows = await selectRecorded(executor, selection);
      return rows.map((row) => ({
        eventId: row.id,
        gatewayId: row.gateway_id,
        pageId: row.page_id,
        conversationId: row.conversation_id,
        seq: row.seq,
        kind: row.kind,
      }));
    },
    findEvent: (id) => findEventRow(db.read, id),
    journeys: (eventIds) => selectJourneys(db.read, eventIds),
    unknownPages: (gatewayId) => selectUnknownPages(db.read, gatewayId),
    pagesInTray: selectPagesInTray,
    async countUnknownPages(executor, gatewayIds) {
      const rows = await countUnknownPages(executor, gatewayIds);
      return new Map(rows.map(({ gateway_id, pages }) => [gateway_id, pages]));
    },
    eraseIgnored: (options) => db.transaction((tx) => deleteIgnored(tx, options)),
    ...eventErasing,
  };
}

const toRow = (event: Settled, storedMs: number | null): SettledRow => ({
  id: event.eventId,
  state: event.state,
  reason: event.state === 'recorded' ? null : event.reason,
  conversation_id: event.state === 'recorded' ? event.conversationId : null,
  seq: event.state === 'recorded' ? event.seq : null,
  stored_ms: storedMs,
});
