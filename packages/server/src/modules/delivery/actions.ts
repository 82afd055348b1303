import type {
  CreateDestination,
  Destination,
  DestinationWithSecret,
  NatsState,
  ReplayEvents,
  ReplayList,
  ReplayResult,
  TestResult,
  UpdateDestination,
} from '@chatgate/contract';
import type { Actor } from '../auth/index.ts';
import type { ChangeDeps, DeliveryDeps } from './deps.ts';
import {
  changeDestination,
  createDestination,
  loadDestination,
  rotateSecret,
} from './destinations/change-destination.ts';
import { deleteDestination } from './destinations/delete-destination.ts';
import { resumeDestination } from './destinations/resume-destination.ts';
import {
  createDestinationReading,
  type DestinationReading,
} from './destinations/show-destination.ts';
import { retryParked, skipParked } from './log/change-delivery.ts';
import { startReplay } from './replay/replay.ts';
import { selectReplays } from './replay/store.ts';
import type { Sender } from './send/send.ts';
import { testDestination } from './send/test-destination.ts';

/** What a person or an API key can do with destinations; each answers with what is true then. */
export type DestinationActions = DestinationReading & {
  readonly create: (body: CreateDestination, actor: Actor) => Promise<DestinationWithSecret>;
  readonly change: (id: string, body: UpdateDestination, actor: Actor) => Promise<Destination>;
  readonly remove: (id: string, actor: Actor) => Promise<void>;
  readonly rotate: (id: string, actor: Actor) => Promise<DestinationWithSecret>;
  readonly test: (id: string, actor: Actor) => Promise<TestResult>;
  readonly replay: (id: string, body: ReplayEvents, actor: Actor) => Promise<ReplayResult>;
  readonly replays: (id: string) => Promise<ReplayList>;
  readonly retryParked: (id: string, actor: Actor) => Promise<{ retried: number }>;
  readonly skipParked: (id: string, actor: Actor) => Promise<{ skipped: number }>;
  readonly resume: (id: string, actor: Actor) => Promise<Destination>;
  readonly natsState: () => Promise<NatsState>;
};

const SHOWN_REPLAYS = 10;

export function createDestinationActions(
  deps: DeliveryDeps &
    ChangeDeps & {
      readonly sender: Sender;
      readonly wakeReplay: () => void;
    },
): DestinationActions {
  const reading = createDestinationReading(deps);
  return {
    ...reading,
    async create(body, actor) {
      const { id, secret } = await createDestination(deps, body, actor);
      return { destination: await reading.show(id), secret: secret?.reveal() ?? null };
    },
    async change(id, body, actor) {
      await changeDestination(deps, { id, body, actor });
      return reading.show(id);
    },
    remove: (id, actor) => deleteDestination(deps, { id, actor }),
    async rotate(id, actor) {
      const secret = await rotateSecret(deps, { id, actor });
      return { destination: await reading.show(id), secret: secret.reveal() };
    },
    test: (id, actor) => testDestination(deps, { id, actor }),
    async replay(id, body, actor) {
      const result = await startReplay(deps, { id, body, actor });
      deps.wakeReplay();
      return result;
    },
    async replays(id) {
      await loadDestination(deps, id);
      const rows = await selectReplays(deps.db.read, { destinationId: id, limit: SHOWN_REPLAYS });
      return {
        items: rows.map((row) => ({
          id: row.id,
          state: row.state,
          events: row.events,
          queued: row.queued,
          startedAt: row.started_at,
          startedBy: row.started_by,
          finishedAt: row.finished_at,
        })),
      };
    },
    async retryParked(id, actor) {
      await loadDestination(deps, id);
      return { retried: await retryParked(deps, { destinationId: id, actor }) };
    },
    async skipParked(id, actor) {
      await loadDestination(deps, id);
      return { skipped: await skipParked(deps, { destinationId: id, actor }) };
    },
    async resume(id, actor) {
      await resumeDestination(deps, { id, actor });
      return reading.show(id);
    },
    natsState: () => readNatsState(deps),
  };
}

async function readNatsState({
  nats,
  natsStream,
  natsSyncAlways,
}: Pick<DeliveryDeps, 'nats' | 'natsStream' | 'natsSyncAlways'>): Promise<NatsState> {
  if (!nats) {
    const none = { server: null, version: null, problem: null };
    return {
      ...{ configured: false, connected: false, ...none },
      ...{ stream: natsStream, syncAlways: natsSyncAlways },
    };
  }
  const state = await nats.state();
  // A promise that this server cannot keep is not repeated.
  const isImpossible = natsSyncAlways && state.version !== null && !knowsSync(state.version);
  return {
    ...{ configured: true, ...state, stream: natsStream },
    syncAlways: natsSyncAlways && !isImpossible,
    problem: isImpossible
      ? (state.problem ??
        `CHATGATE_NATS_SYNC says always, but nats-server ${state.version} knows no sync_interval (2.10 does)`)
      : state.problem,
  };
}

/** `sync_interval` exists since nats-server 2.10. */
function knowsSync(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 2 || (major === 2 && minor >= 10);
}
