import type { DescribedEvent } from '../../conversations/index.ts';
import type { DestinationRow } from '../destinations/store.ts';
import { renderEvent } from '../events/render-event.ts';
import { subjectOf } from '../events/subject.ts';
import type { Attempt, Message, Sender } from '../send/send.ts';
import type { ClaimedQueue, DeliveryRow } from './store.ts';

/** A conversation that this process claimed, with the next deliveries of it. */
export type ClaimedRun = {
  readonly destination: DestinationRow;
  readonly queue: ClaimedQueue;
  readonly claim: string;
  readonly deliveries: readonly DeliveryRow[];
  /** By `elapsed`, taken before the claim: no try may start after it. */
  readonly startUntil: number;
  /** The one try that ends or prolongs a pause. */
  readonly isProbe: boolean;
};

export type Ending =
  | { readonly kind: 'tried'; readonly attempt: Attempt }
  /** A person skipped it while it waited. */
  | { readonly kind: 'passed' }
  /** The event is gone, by retention or because the person was erased. */
  | { readonly kind: 'erased' };

export type FinishedRun = Pick<ClaimedRun, 'destination' | 'queue' | 'claim'> & {
  readonly steps: readonly { readonly delivery: DeliveryRow; readonly ending: Ending }[];
  /** Before the rest of the queue goes on, unless the last delivery says when. */
  readonly restMs: number;
  /** A success here ends what was noted against the destination. */
  readonly endsTrouble: boolean;
  readonly isWholeDestinationDown: boolean;
};

export function toMessage(event: DescribedEvent, { isReplay }: { isReplay: boolean }): Message {
  const { id, body } = renderEvent(event);
  return { id, body, subject: subjectOf(event), seq: event.seq, isReplay };
}

/**
 * Sends the deliveries of one conversation one after the other and stops at the first that is not
 * delivered. Never throws for what the other side does.
 */
export async function runDeliveries(
  { sender, elapsed }: { sender: Sender; elapsed: () => number },
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
    if (elapsed() > run.startUntil) {
      break;
    }
    const message = toMessage(event, { isReplay: delivery.replay === 1 });
    const attempt = await sender.send(run.destination, message);
    steps.push({ delivery, ending: { kind: 'tried', attempt } });
    if (attempt.outcome !== 'delivered') {
      break;
    }
  }
  return steps;
}
