import type { DescribedEvent } from '../../conversations/index.ts';
import type { DestinationRow } from '../destinations/store.ts';
import { renderEvent } from '../events/render-event.ts';
import { subjectOf } from '../events/subject.ts';
import type { Attempt, Message, Sender } from '../send/send.ts';
import type { Starts } from './starts.ts';
import type { ClaimedQueue, DeliveryRow } from './store.ts';

/** A conversation that this process claimed, with the next deliveries of it. */
export type ClaimedRun = {
  readonly destination: DestinationRow;
  readonly queue: ClaimedQueue;
  readonly claim: string;
  readonly deliveries: readonly DeliveryRow[];
  /** By `elapsed`, taken before the claim: no try may start after it. */
  readonly startUntil: number;
  /** Set for the one try that ends or prolongs a pause: what the pause was moved to meanwhile. */
  readonly probeUntil: number | null;
};

export type Ending =
  | { readonly kind: 'tried'; readonly attempt: Attempt }
  /** A person skipped it while it waited. */
  | { readonly kind: 'passed' }
  /** The event is gone, by retention or because the person was erased. */
  | { readonly kind: 'erased' };

export type FinishedRun = Pick<ClaimedRun, 'destination' | 'queue' | 'claim' | 'probeUntil'> & {
  readonly steps: readonly { readonly delivery: DeliveryRow; readonly ending: Ending }[];
  /** Before the rest of the queue goes on, unless the last delivery says when. */
  readonly restMs: number;
  /** A success here ends what was noted against the destination. */
  readonly endsTrouble: boolean;
  readonly isWholeDestinationDown: boolean;
  /** The destination was changed meanwhile: how this ended says nothing about it as it is now. */
  readonly isOutdated: boolean;
};

export function toMessage(
  event: DescribedEvent,
  delivery: Pick<DeliveryRow, 'id' | 'replay' | 'attempts'>,
): Message {
  const { id, body } = renderEvent(event);
  const { trace, seq } = event;
  const { id: deliveryId, attempts } = delivery;
  const isReplay = delivery.replay === 1;
  const message = { id, body, subject: () => subjectOf(event), seq, isReplay };
  return trace === null ? message : { ...message, tried: { trace, deliveryId, attempts } };
}

type RunDeps = {
  readonly sender: Sender;
  readonly starts: Pick<Starts, 'next'>;
  readonly elapsed: () => number;
  /** What `Paces` knows; it knows runs. */
  readonly paces: {
    readonly isCurrent: (row: Pick<DestinationRow, 'id' | 'version'>) => boolean;
  };
  readonly stopping: Stopping;
};

/** How the process stops: nothing new begins, then what is under way is cut off. */
export type Stopping = { readonly noMore: AbortSignal; readonly cutOff: AbortSignal };

/**
 * Sends the deliveries of one conversation one after the other and stops at the first that is not
 * delivered, or once the destination was changed, switched off or deleted. Never throws for what the
 * other side does. A request that we cut off ourselves is no try: whoever claims the conversation
 * next makes it.
 */
export async function runDeliveries(
  { sender, starts, elapsed, paces, stopping }: RunDeps,
  run: ClaimedRun,
  events: ReadonlyMap<string, DescribedEvent>,
): Promise<FinishedRun['steps']> {
  const steps: { delivery: DeliveryRow; ending: Ending }[] = [];
  for (const delivery of run.deliveries) {
    if (delivery.state !== 'waiting') {
      steps.push({ delivery, ending: { kind: 'passed' } });
      continue;
    }
    const event = events.get(delivery.event_id);
    if (!event) {
      steps.push({ delivery, ending: { kind: 'erased' } });
      continue;
    }
    await starts.next();
    const isLate = elapsed() > run.startUntil;
    if (isLate || stopping.noMore.aborted || !paces.isCurrent(run.destination)) {
      break;
    }
    const message = toMessage(event, delivery);
    const attempt = await sender.send(run.destination, message, stopping.cutOff);
    if (attempt.outcome === 'unreachable' && stopping.cutOff.aborted) {
      break;
    }
    steps.push({ delivery, ending: { kind: 'tried', attempt } });
    if (attempt.outcome !== 'delivered') {
      break;
    }
  }
  return steps;
}
