import type { Message } from '@chatgate/contract';

export type DeliveryState = 'sent' | 'delivered' | 'read';

interface Marks {
  readonly deliveredUpTo: number | null;
  readonly readUpTo: number | null;
}

/** Meta confirms by watermark: everything up to a time. Only outgoing messages have ticks. */
export function deliveryState(message: Message, marks: Marks): DeliveryState | undefined {
  if (message.direction !== 'out' || message.kind !== 'message') return undefined;
  if (marks.readUpTo !== null && message.sentAt <= marks.readUpTo) return 'read';
  if (marks.deliveredUpTo !== null && message.sentAt <= marks.deliveredUpTo) return 'delivered';
  return 'sent';
}

/** Whether a new day begins at this time. */
export function beginsDay(at: number, before: number | undefined): boolean {
  return before === undefined || new Date(at).toDateString() !== new Date(before).toDateString();
}
