/**
 * Delivery: recorded events leave for destinations, signed HTTP endpoints or NATS JetStream, in the
 * order of their conversation, at least once, with retries for days.
 *
 * Owns the tables `destination` and `delivery*`. Guarantees: a delivery is written in the transaction
 * that records the event; a destination sees each conversation in `seq` order, because conversations
 * are claimed and not deliveries, and the first one that fails holds up only those behind it; what
 * has used up its tries is parked, visibly, until a person retries or skips it; a claim is a lease
 * with a fence, so that two replicas never record the same delivery and a killed one is replaced.
 * No request is made inside a transaction, and none to an address the guarded client refuses.
 */
import type { Executor } from '../../platform/db/index.ts';
import { createCarriedTime, createSharedTime } from '../../platform/db/time.ts';
import type { Api } from '../../platform/http/api.ts';
import type { Worker } from '../../platform/worker.ts';
import type { ProjectedEvent } from '../conversations/index.ts';
import { createDestinationActions } from './actions.ts';
import type { DeliveryDeps } from './deps.ts';
import { deleteDestinationsOf } from './destinations/delete-destination.ts';
import { type DestinationBacklog, measureBacklogs } from './destinations/measure-backlogs.ts';
import { countDestinationsOf } from './destinations/store.ts';
import { createSweeper, eraseConversations } from './erase/sweep.ts';
import { retryDelivery, skip } from './log/change-delivery.ts';
import { registerDeliveryRoutes } from './log/routes.ts';
import { createDeliveryReading } from './log/show-delivery.ts';
import { createDeliveryEngine } from './queue/engine.ts';
import { enqueueProjected } from './queue/enqueue.ts';
import { createMeasured, type Measured } from './queue/measure.ts';
import { createStarts } from './queue/starts.ts';
import { createReplayWorker } from './replay/replay.ts';
import {
  registerDestinationActionRoutes,
  registerDestinationReadRoutes,
  registerDestinationWriteRoutes,
  registerParkedRoutes,
} from './routes.ts';
import { createSender } from './send/send.ts';

export type { DeliveryDeps } from './deps.ts';
export { sealedDestinationColumns } from './destinations/keys.ts';

export type Delivery = {
  routes: (api: Api) => void;
  /** Writes what leaves, inside the transaction that records the events. */
  onProjected: (tx: Executor, events: readonly ProjectedEvent[]) => Promise<void>;
  /** Something may be due. Cheap; call it after the commit of what `onProjected` wrote. */
  wake: () => void;
  /** Something was taken in: requests begin a little slower for a moment. Cheap. */
  giveWay: () => void;
  /** How many destinations take events of this gateway only. */
  countOfGateway: (db: Executor, gatewayId: string) => Promise<number>;
  /** The gateway goes, and its own destinations with it. */
  onGatewayDeleting: (tx: Executor, gatewayId: string) => Promise<void>;
  /** Erases every delivery of these conversations, inside the erasing transaction. */
  eraseConversations: (tx: Executor, conversationIds: readonly string[]) => Promise<void>;
  workers: readonly Worker[];
  readonly measured: Measured;
  /** What waits for each destination, and is parked, at this moment; who has waited longest first. */
  backlogs: () => Promise<DestinationBacklog[]>;
};

const DEADLINE_MS = 15_000;

export function createDelivery(options: DeliveryDeps): Delivery {
  const elapsed = options.elapsed ?? (() => performance.now());
  const deps = {
    ...options,
    sharedTime: options.sharedTime ?? createSharedTime(options.db, options.clock),
    carriedTime: createCarriedTime({ clock: options.clock, elapsed }),
    elapsed,
    deadlineMs: options.deadlineMs ?? DEADLINE_MS,
  };
  // Receivers refuse what was signed at another time than theirs.
  const sender = createSender({ ...deps, clock: deps.carriedTime });
  const measured = createMeasured();
  const starts = createStarts({ elapsed });
  const engine = createDeliveryEngine({ ...deps, sender, starts, measured });
  const wake = () => engine.wake();
  const replays = createReplayWorker({ ...deps, wake });
  const changed = (destinationId: string, version: number) => {
    engine.changed(destinationId, version);
    engine.wake();
    deps.wakeOtherReplicas?.();
    deps.live.publish({ type: 'destination.changed', destinationId });
  };
  const wakeReplay = () => replays.wake();
  const actions = createDestinationActions({ ...deps, sender, changed, wake, wakeReplay });
  const reading = createDeliveryReading({ ...deps, sender });
  let isQueued = false;

  return {
    routes(api) {
      registerDestinationReadRoutes(api, actions);
      registerDestinationWriteRoutes(api, actions);
      registerDestinationActionRoutes(api, actions);
      registerParkedRoutes(api, actions);
      registerDeliveryRoutes(api, {
        ...reading,
        retry: (id, actor) => retryDelivery({ ...deps, wake }, { id, actor }),
        skip: (id, actor) => skip({ ...deps, wake }, { id, actor }),
      });
    },
    async onProjected(tx, events) {
      const added = await enqueueProjected(deps, tx, events);
      isQueued ||= added > 0;
    },
    wake() {
      engine.wake();
      if (isQueued) {
        isQueued = false;
        deps.wakeOtherReplicas?.();
      }
    },
    giveWay: starts.giveWay,
    countOfGateway: countDestinationsOf,
    onGatewayDeleting: (tx, gatewayId) => deleteDestinationsOf(deps, tx, gatewayId),
    eraseConversations,
    workers: [replays, engine, createSweeper(deps)],
    measured,
    backlogs: () => measureBacklogs(deps),
  };
}
