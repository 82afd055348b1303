import { eventTypeOf, type ReplayEvents, type ReplayResult } from '@chatgate/contract';
import type { SharedTime } from '../../../platform/db/time.ts';
import { AppError } from '../../../platform/errors.ts';
import { createWorker, type Worker } from '../../../platform/worker.ts';
import type { Actor } from '../../auth/index.ts';
import type { EventSelection, ReplayCursor } from '../../conversations/index.ts';
import type { DeliveryDeps } from '../deps.ts';
import { loadDestination } from '../destinations/change-destination.ts';
import { type DestinationRow, findDestination } from '../destinations/store.ts';
import { enqueue, readFilter, takes } from '../queue/enqueue.ts';
import { advanceReplay, hasRunning, insertReplay, lockRunning, type ReplayRow } from './store.ts';

type Deps = Pick<
  DeliveryDeps,
  'db' | 'clock' | 'ids' | 'log' | 'live' | 'audit' | 'conversations'
> & {
  readonly sharedTime: SharedTime;
  /** Something was put into a queue. */
  readonly wake: () => void;
};

const LOOK_EVERY_MS = 1_000;

/**
 * Counts, or starts to send again, what a destination's filter lets through. The work itself is done
 * in pieces by `createReplayWorker`, whatever the range; replayed events go to the end of their
 * conversation's queue, in the order of their `seq`, with the id they had.
 */
export async function startReplay(
  deps: Deps,
  { id, body, actor }: { id: string; body: ReplayEvents; actor: Actor },
): Promise<ReplayResult> {
  const row = await loadDestination(deps, id);
  const selection = readSelection(row, body, deps.clock.now());
  const events = await count(deps, row, selection);
  if (body.dryRun === true) {
    return { events, replayId: null };
  }
  if (row.enabled === 0) {
    throw new AppError('conflict', 'The destination is off. Switch it on, then replay.');
  }
  const replayId = deps.ids.next('rp');
  await deps.db.transaction(async (tx) => {
    await insertReplay(tx, {
      ...{ id: replayId, destination_id: id, state: 'running', events, queued: 0 },
      ...{ selection: JSON.stringify(selection), cursor: null },
      ...{ started_at: deps.clock.now(), started_by: actor.name, finished_at: null },
    });
    await deps.audit.record(tx, {
      actor,
      action: 'destination.replay_started',
      subject: { kind: 'destination', id, name: row.name },
      gatewayId: row.gateway_id,
      after: { events, ...body },
    });
  });
  return { events, replayId };
}

/** A range without an end ends now: what comes later is delivered anyway. */
function readSelection(row: DestinationRow, body: ReplayEvents, now: number): EventSelection {
  const { eventId, conversationId, fromSeq, from, to } = body;
  const given = [eventId, conversationId, from ?? to].filter((part) => part !== undefined);
  const isBackwards = from !== undefined && to !== undefined && to < from;
  const isMisplaced = fromSeq !== undefined && conversationId === undefined;
  if (given.length !== 1 || isMisplaced || isBackwards) {
    throw new AppError(
      'invalid',
      'Say what to replay: one event, a conversation (perhaps from a seq on), or a time range.',
    );
  }
  const filter = { gatewayId: row.gateway_id, pageIds: JSON.parse(row.page_ids) };
  const until = from === undefined ? to : (to ?? now);
  return { ...filter, eventId, conversationId, fromSeq, from, to: until };
}

async function count(
  { db, conversations }: Pick<Deps, 'db' | 'conversations'>,
  row: DestinationRow,
  selection: EventSelection,
): Promise<number> {
  const { eventTypes } = readFilter(row);
  const kinds = await conversations.countRecorded(db.read, selection);
  return kinds
    .filter(({ kind }) => eventTypes.size === 0 || eventTypes.has(eventTypeOf(kind)))
    .reduce((sum, { events }) => sum + Number(events), 0);
}

/** Does running replays piece by piece. A piece and how far it came are one transaction. */
export function createReplayWorker(deps: Deps): Worker {
  return createWorker({
    step: () => stepReplay(deps),
    idleMs: LOOK_EVERY_MS,
    onError: (error) => deps.log.error({ err: error }, 'replay.failed'),
  });
}

async function stepReplay(deps: Deps): Promise<number> {
  if (!(await hasRunning(deps.db.read))) {
    return 0;
  }
  const destinationId = await deps.db.transaction(async (tx) => {
    const replay = await lockRunning(deps.db, tx);
    if (!replay) {
      return undefined;
    }
    const destination = await findDestination(tx, replay.destination_id);
    if (destination?.enabled !== 1) {
      const { id, cursor, queued } = replay;
      const finished_at = deps.clock.now();
      await advanceReplay(tx, { id, cursor, queued, state: 'cancelled', finished_at });
      return replay.destination_id;
    }
    const selection: EventSelection = JSON.parse(replay.selection);
    const { events, next } = await deps.conversations.readRecorded(tx, selection, cursorOf(replay));
    const filter = readFilter(destination);
    const pairs = events
      .filter((event) => takes(filter, event))
      .map((event) => ({ destinationId: destination.id, event }));
    await enqueue(deps, tx, { pairs, replay: true });
    await advanceReplay(tx, {
      id: replay.id,
      state: next ? 'running' : 'done',
      cursor: next ? JSON.stringify(next) : null,
      queued: replay.queued + pairs.length,
      finished_at: next ? null : deps.clock.now(),
    });
    return destination.id;
  });
  if (destinationId === undefined) {
    return 0;
  }
  deps.live.publish({ type: 'deliveries.changed', destinationId });
  deps.wake();
  return 1;
}

function cursorOf({ cursor }: ReplayRow): ReplayCursor | undefined {
  return cursor === null ? undefined : JSON.parse(cursor);
}
