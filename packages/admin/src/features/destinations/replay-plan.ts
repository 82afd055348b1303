import type { Selection } from './api/replays.ts';

/** What the replay dialog holds while it is filled in. */
export interface ReplayValues {
  readonly what: 'range' | 'conversation' | 'event';
  /** As a `datetime-local` field has it, in the person's own time zone. */
  readonly from: string;
  readonly to: string;
  readonly conversationId: string;
  readonly fromSeq: string;
  readonly eventId: string;
}

export type ReplayProblem =
  | 'replay.needFrom'
  | 'replay.needOrder'
  | 'replay.needConversation'
  | 'replay.needEvent'
  | 'replay.needSeq';

export const emptyReplay: ReplayValues = {
  what: 'range',
  from: '',
  to: '',
  conversationId: '',
  fromSeq: '',
  eventId: '',
};

type Plan =
  | { readonly kind: 'selection'; readonly selection: Selection }
  | { readonly kind: 'problem'; readonly problem: ReplayProblem };

const wrong = (problem: ReplayProblem): Plan => ({ kind: 'problem', problem });
const chosen = (selection: Selection): Plan => ({ kind: 'selection', selection });

/** Which events the fields name, or what is missing. */
export function planOf(values: ReplayValues): Plan {
  switch (values.what) {
    case 'range':
      return rangeOf(values);
    case 'conversation':
      return conversationOf(values);
    case 'event': {
      const eventId = values.eventId.trim();
      return eventId === '' ? wrong('replay.needEvent') : chosen({ eventId });
    }
  }
}

function rangeOf({ from, to }: ReplayValues): Plan {
  const [start, end] = [timeOf(from), timeOf(to)];
  if (start === undefined) return wrong('replay.needFrom');
  if (end === undefined) return chosen({ from: start });
  return end > start ? chosen({ from: start, to: end }) : wrong('replay.needOrder');
}

function conversationOf({ conversationId, fromSeq }: ReplayValues): Plan {
  const id = conversationId.trim();
  if (id === '') return wrong('replay.needConversation');
  const seq = fromSeq.trim();
  if (seq === '') return chosen({ conversationId: id });
  return /^[1-9][0-9]{0,8}$/.test(seq)
    ? chosen({ conversationId: id, fromSeq: Number(seq) })
    : wrong('replay.needSeq');
}

function timeOf(text: string): number | undefined {
  const at = new Date(text).getTime();
  return Number.isNaN(at) ? undefined : at;
}

/** A dry run, and what exactly it counted. */
export interface Counted {
  readonly selection: Selection;
  readonly events: number;
}

/**
 * Whether a replay may start: only what was counted, as it was counted, and only when there is
 * something. A field that changes after the count makes the count void.
 */
export function mayStart(values: ReplayValues, counted: Counted | undefined): counted is Counted {
  const plan = planOf(values);
  return (
    counted !== undefined &&
    counted.events > 0 &&
    plan.kind === 'selection' &&
    JSON.stringify(plan.selection) === JSON.stringify(counted.selection)
  );
}

/** What a `datetime-local` field shows for a time. */
export function fieldOf(at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
