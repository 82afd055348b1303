import { isUtf8 } from 'node:buffer';
import { canonical, parseExactly, sha256 } from './canonical.ts';
import { atTime, dedupeKey } from './dedupe-key.ts';
import { isObject } from './json.ts';
import { readTime } from './read-time.ts';

/** Why an event waits for a person, or for something that is not there yet. */
export type ParkReason =
  | 'unparseable'
  | 'other_object'
  | 'no_page'
  | 'conflicting_copy'
  | 'unknown_page'
  | 'failed';

/** One element of a POST, before it has an id. */
export type ReceivedEvent = {
  readonly pageId: string;
  /** Meta's own word where there is one: `message`, `postback`, `change.feed`; see `kindOf`. */
  readonly kind: string;
  readonly dedupeKey: string;
  /** Undefined: the projector decides. */
  readonly parked: ParkReason | undefined;
  readonly standby: boolean;
  /** Meta's time in milliseconds. */
  readonly sentAt: number | null;
  readonly raw: string;
};

const PAGE_ID = /^[\w.:-]{1,64}$/;

/**
 * Every element of every entry of a signed body, as one event each. Never throws: what cannot be
 * read is one parked event that carries the bytes.
 */
export function readEvents(body: Buffer): ReceivedEvent[] {
  try {
    return isUtf8(body) ? readBody(parseExactly(body.toString())) : [unreadable(body)];
  } catch {
    // Not JSON, or nested deeper than the stack.
    return [unreadable(body)];
  }
}

/** The whole body as one event that any store can hold. */
export function unreadable(body: Buffer): ReceivedEvent {
  const text = isUtf8(body) ? body.toString() : '\0';
  return {
    pageId: '',
    kind: 'unparseable',
    dedupeKey: `h ${sha256(body)}`,
    parked: 'unparseable',
    standby: false,
    sentAt: null,
    raw: text.includes('\0') ? `base64:${body.toString('base64')}` : text,
  };
}

function readBody(body: unknown): ReceivedEvent[] {
  const entries = isObject(body) && Array.isArray(body['entry']) ? body['entry'] : [];
  if (!isObject(body) || entries.length === 0) {
    return [wholeBody(body)];
  }
  const parked = body['object'] === 'page' ? undefined : 'other_object';
  return entries.flatMap((entry: unknown) => readEntry(entry, parked));
}

/** A body without entries, such as the sample that the dashboard's *Test* button sends. */
function wholeBody(body: unknown): ReceivedEvent {
  const field = isObject(body) ? body['field'] : undefined;
  return {
    pageId: '',
    kind: typeof field === 'string' ? changeKind(field) : 'body',
    dedupeKey: `h ${sha256(canonical(body))}`,
    parked: 'no_page',
    standby: false,
    sentAt: null,
    raw: JSON.stringify(body),
  };
}

const ELEMENT_LISTS = new Set(['messaging', 'standby', 'changes']);
/** Other keys of an entry that say nothing beyond its elements. */
const ENTRY_KEYS = new Set(['id', 'time', 'hop_context']);

function readEntry(entry: unknown, parked: ParkReason | undefined): ReceivedEvent[] {
  const fields = isObject(entry) ? entry : {};
  const pageId = readPageId(fields['id']);
  const where: Where = {
    pageId: pageId ?? '',
    parked: parked ?? (pageId === undefined ? 'no_page' : undefined),
    time: readTime(fields['time']),
  };
  const events: ReceivedEvent[] = [];
  for (const element of list(fields['messaging'])) {
    events.push(readElement(element, where, false));
  }
  for (const element of list(fields['standby'])) {
    events.push(readElement(element, where, true));
  }
  for (const change of list(fields['changes'])) {
    events.push(readChange(change, where));
  }
  const rest = Object.entries(fields).filter(
    ([key, value]) => !(ELEMENT_LISTS.has(key) && Array.isArray(value)),
  );
  const isSpent = events.length > 0 && rest.every(([key]) => ENTRY_KEYS.has(key));
  if (!isSpent) {
    const own = isObject(entry) ? Object.fromEntries(rest) : entry;
    events.push({
      pageId: where.pageId,
      kind: 'entry',
      dedupeKey: `h ${sha256(canonical(own))}`,
      parked: where.parked,
      standby: false,
      sentAt: where.time,
      raw: JSON.stringify(own),
    });
  }
  return events;
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

type Where = {
  readonly pageId: string;
  readonly parked: ParkReason | undefined;
  readonly time: number | null;
};

function readElement(
  element: unknown,
  { pageId, parked, time }: Where,
  standby: boolean,
): ReceivedEvent {
  const fields = isObject(element) ? element : undefined;
  const kind = fields ? kindOf(fields) : 'unknown';
  return {
    pageId,
    kind,
    dedupeKey: fields ? dedupeKey(kind, fields) : `h ${sha256(canonical(element))}`,
    parked,
    standby,
    sentAt: readTime(fields?.['timestamp']) ?? time,
    raw: JSON.stringify(element),
  };
}

function readChange(change: unknown, { pageId, parked, time }: Where): ReceivedEvent {
  const field = isObject(change) ? change['field'] : undefined;
  return {
    pageId,
    kind: changeKind(typeof field === 'string' ? field : 'unknown'),
    // The same change may come again a second later and be another one: the entry's time counts.
    dedupeKey: atTime(time, `h ${sha256(canonical([time, change]))}`),
    parked,
    standby: false,
    sentAt: time,
    raw: JSON.stringify(change),
  };
}

const changeKind = (field: string) => `change.${cleanKind(field)}`;

/** Keys that every element has, or that only accompany another one. */
const ENVELOPE = new Set(['sender', 'recipient', 'timestamp', 'lead', 'prior_message', 'is_echo']);

/** The key beside sender, recipient and timestamp; messages are split by what they mean. */
function kindOf(element: Record<string, unknown>): string {
  const message = element['message'];
  if (isObject(message)) {
    if (message['is_deleted'] === true) {
      return 'unsend';
    }
    return message['is_echo'] === true ? 'echo' : 'message';
  }
  // A referral may stand beside a postback or an optin, which then says what happened.
  const keys = Object.keys(element).filter((key) => !ENVELOPE.has(key));
  const kind = keys.find((key) => key !== 'referral') ?? keys[0];
  return kind === undefined ? 'unknown' : cleanKind(kind);
}

function cleanKind(kind: string): string {
  return /^\w{1,64}$/.test(kind) ? kind : 'unknown';
}

function readPageId(id: unknown): string | undefined {
  const text = typeof id === 'number' || JSON.isRawJSON(id) ? JSON.stringify(id) : id;
  return typeof text === 'string' && PAGE_ID.test(text) ? text : undefined;
}
