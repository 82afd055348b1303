/**
 * Conversations: raw events become contacts, conversations and messages, and can be read.
 *
 * Owns the tables `contact`, `conversation`, `message`, `message_reaction`, `message_edit`,
 * `message_deletion` and `erasure`. Guarantees: every new event ends as recorded, ignored or parked, once; events
 * of a conversation have a `seq` without gaps, whatever their kind; what Meta sends late or in the
 * wrong order ends in the same place; one event that cannot be projected holds up no other; a
 * message never waits for a profile or a token. Others hear of recorded events by `onProjected`,
 * inside the transaction.
 */
import type { Executor } from '../../platform/db/index.ts';
import type { Api } from '../../platform/http/api.ts';
import { createTally, type Tally } from '../../platform/metrics/index.ts';
import { createWorker, type Worker } from '../../platform/worker.ts';
import { emptyTray } from './empty-tray.ts';
import { eraseSome } from './erase/erase-person.ts';
import { createRetention } from './erase/retention.ts';
import { nameSender } from './name-sender.ts';
import { createProfileReader } from './profile/profile-reader.ts';
import { createProjector } from './project/projector.ts';
import { createReader } from './read/conversations.ts';
import { type DescribedEvent, describeEvents } from './read/describe-events.ts';
import { createEventReader } from './read/events.ts';
import { type EventSelection, type ReplayCursor, readPiece } from './read/replay.ts';
import { countConversations, findAddress, selectKnownMids } from './read/store.ts';
import { registerRoutes } from './routes.ts';
import type { Address, ConversationsDeps, Erased, ProjectedEvent } from './types.ts';

export type { DescribedEvent } from './read/describe-events.ts';
export type { EventSelection, ReplayCursor } from './read/replay.ts';
export type {
  Address,
  ConversationsDeps,
  Erased,
  ProfileReading,
  ProjectedEvent,
} from './types.ts';

export type Conversations = {
  /** Events by what became of them, counted since this process began. */
  readonly projected: Tally;
  routes: (api: Api) => void;
  workers: {
    /** Wake it when ingest stored something. */
    readonly projector: Worker;
    readonly profileReader: Worker;
    /** Erases what was ignored because receiving was off, a day after it came. */
    readonly eraser: Worker;
    /** Finds events of unknown Pages that are known by now. */
    readonly trayKeeper: Worker;
    /** Finishes what *Delete this person's data* began. */
    readonly personEraser: Worker;
    /** Erases what gateways no longer keep. */
    readonly retention: Worker;
  };
  /** A Page was connected: what it sent before is projected now. Gives how many events. */
  onAdopted: (tx: Executor, gatewayId: string, pageId: string) => Promise<number>;
  /** Calls back inside every transaction that erases conversations or events. */
  onErased: (listener: (tx: Executor, erased: Erased) => Promise<void>) => void;
  /** Has an event tried again that was parked because it could not be projected. */
  retryFailed: (eventId: string) => Promise<boolean>;
  /** Recorded events with what they mean, by event id; erased ones are missing. */
  describeEvents: (
    executor: Executor,
    eventIds: readonly string[],
  ) => Promise<Map<string, DescribedEvent>>;
  /** How many recorded events there are of each kind. */
  countRecorded: (
    executor: Executor,
    selection: EventSelection,
  ) => Promise<{ kind: string; events: number }[]>;
  /** Recorded events, piece by piece; conversations are never divided. */
  readRecorded: (
    executor: Executor,
    selection: EventSelection,
    cursor: ReplayCursor | undefined,
  ) => Promise<{ events: ProjectedEvent[]; next: ReplayCursor | undefined }>;
  /** Undefined for a conversation that does not exist, or was erased. */
  findAddress: (db: Executor, conversationId: string) => Promise<Address | undefined>;
  /** Which of these mids are messages of the conversation. */
  knownMids: (
    db: Executor,
    messages: { conversationId: string; mids: readonly string[] },
  ) => Promise<string[]>;
  nameSender: (tx: Executor, message: { messageId: string; name: string }) => Promise<void>;
  countConversations: (db: Executor, gatewayIds: readonly string[]) => Promise<Map<string, number>>;
  countUnknownPages: (db: Executor, gatewayIds: readonly string[]) => Promise<Map<string, number>>;
};

const KEEP_IGNORED_MS = 86_400_000;
const ERASE_EVERY_MS = 600_000;
const FINISH_ERASURES_EVERY_MS = 30_000;
const ERASE_AT_ONCE = 500;
const LOOK_INTO_TRAY_EVERY_MS = 60_000;

export function createConversations(deps: ConversationsDeps): Conversations {
  const { db, clock, ingest, log } = deps;
  const listeners: ((tx: Executor, erased: Erased) => Promise<void>)[] = [];
  const erasing = {
    ...deps,
    async onErased(tx: Executor, erased: Erased) {
      for (const listener of listeners) {
        await listener(tx, erased);
      }
    },
  };
  const personEraser = createWorker({
    step: () => eraseSome(erasing),
    idleMs: FINISH_ERASURES_EVERY_MS,
    onError: (error) => log.error({ err: error }, 'person_eraser.failed'),
  });
  const projected = createTally(['recorded', 'ignored', 'parked']);
  const projector = createProjector(deps, projected);
  return {
    projected,
    routes: (api) =>
      registerRoutes(api, {
        conversations: createReader(deps),
        events: createEventReader(deps),
        pictures: deps.pictures,
        erasing: { ...erasing, onAsked: personEraser.wake },
      }),
    workers: {
      projector,
      profileReader: createProfileReader(deps),
      eraser: createWorker({
        step: () =>
          ingest.eraseIgnored({ before: clock.now() - KEEP_IGNORED_MS, limit: ERASE_AT_ONCE }),
        idleMs: ERASE_EVERY_MS,
        onError: (error) => log.error({ err: error }, 'eraser.failed'),
      }),
      personEraser,
      retention: createWorker({
        step: createRetention(erasing),
        idleMs: ERASE_EVERY_MS,
        onError: (error) => log.error({ err: error }, 'retention.failed'),
      }),
      trayKeeper: createWorker({
        step: () => db.transaction((tx) => emptyTray(deps, tx)),
        idleMs: LOOK_INTO_TRAY_EVERY_MS,
        onError: (error) => log.error({ err: error }, 'tray_keeper.failed'),
      }),
    },
    onErased(listener) {
      listeners.push(listener);
    },
    onAdopted: (tx, gatewayId, pageId) =>
      ingest.revive(tx, { reason: 'unknown_page', gatewayId, pageId }),
    async retryFailed(eventId) {
      const revived = await db.transaction((tx) =>
        ingest.revive(tx, { reason: 'failed', eventId }),
      );
      projector.wake();
      return revived > 0;
    },
    describeEvents: (executor, eventIds) => describeEvents(deps, executor, eventIds),
    countRecorded: ingest.countRecorded,
    readRecorded: (executor, selection, cursor) => readPiece(deps, executor, selection, cursor),
    findAddress,
    knownMids: selectKnownMids,
    nameSender,
    async countConversations(executor, gatewayIds) {
      const rows = await countConversations(executor, gatewayIds);
      return new Map(rows.map(({ gateway_id, conversations }) => [gateway_id, conversations]));
    },
    countUnknownPages: ingest.countUnknownPages,
  };
}
