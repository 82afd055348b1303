import type { LiveEvent } from '@chatgate/contract';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Executor } from '../../platform/db/index.ts';
import type { Pictures } from '../../platform/http/pictures.ts';
import type { Ids } from '../../platform/ids.ts';
import type { Log } from '../../platform/log.ts';
import type { Tracing } from '../../platform/tracing/index.ts';
import type { Attachments } from '../attachments/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Ingest } from '../ingest/index.ts';

/** One event that was recorded, told to other modules inside the transaction that records it. */
export type ProjectedEvent = {
  readonly eventId: string;
  readonly gatewayId: string;
  readonly pageId: string;
  /** Null for events that belong to no person. */
  readonly conversationId: string | null;
  readonly seq: number | null;
  readonly kind: string;
  /** Set where Meta just reported back what our own app sent; events read again do not carry it. */
  readonly ownEcho?: OwnEcho;
};

export type OwnEcho = {
  /** The message it became here. */
  readonly messageId: string;
  readonly mid: string | null;
  /** What our app put into the call, unchanged. */
  readonly metadata: string | null;
  readonly sentAt: number;
};

/** Who is at the other end of a conversation, and what is known of the window to write in. */
export type Address = {
  readonly conversationId: string;
  readonly gatewayId: string;
  readonly pageId: string;
  readonly psid: string;
  /** The customer's last action that opens Meta's window. */
  readonly lastCustomerAt: number | null;
  readonly deliveredUpTo: number | null;
  readonly readUpTo: number | null;
};

/**
 * Something that is being erased, told inside the transaction that does it: what other modules keep
 * for it must be gone, or noted to go, when that commits. A conversation is told when its erasure is
 * asked for and again before its rows go; events in between and after their retention.
 */
export type Erased =
  | {
      readonly kind: 'conversation';
      readonly conversationId: string;
      readonly gatewayId: string;
      readonly pageId: string;
    }
  | { readonly kind: 'events'; readonly eventIds: readonly string[] };

export type Retention = {
  readonly gatewayId: string;
  readonly keepEventsDays: number;
  /** Null: until they are deleted. */
  readonly keepConversationsDays: number | null;
};

export type GatewayState = { readonly appId: string; readonly enabled: boolean };

/** `known` is false for a Page that nobody connected, `wanted` says whether receiving is on. */
export type PageReceiving = { readonly known: boolean; readonly wanted: boolean };

export type PageNote = {
  readonly lastEventAt: number | null;
  /** How many events were ignored because receiving was off. */
  readonly ignoredWhileOff: number;
  readonly lastConversationId: string | null;
};

export type ProfileReading =
  | { readonly kind: 'known'; readonly name: string; readonly pictureUrl: string | null }
  /** Facebook does not share it: an empty object, or error 2018218. */
  | { readonly kind: 'not_shared' }
  | { readonly kind: 'failed'; readonly reason: string };

export type ConversationsDeps = {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly live: { readonly publish: (hint: LiveEvent) => void };
  readonly ingest: Pick<
    Ingest,
    | 'findNew'
    | 'hasNew'
    | 'settle'
    | 'revive'
    | 'findEvent'
    | 'findRecorded'
    | 'countRecorded'
    | 'selectRecorded'
    | 'journeys'
    | 'unknownPages'
    | 'countUnknownPages'
    | 'pagesInTray'
    | 'eraseIgnored'
    | 'entomb'
    | 'eraseUnrecorded'
    | 'eraseOld'
  >;
  readonly gateways: {
    /** Living gateways only: a deleted one receives nothing. */
    readonly statesOf: (
      tx: Executor,
      gatewayIds: readonly string[],
    ) => Promise<ReadonlyMap<string, GatewayState>>;
    /** Throws `not_found` for an unknown gateway. */
    readonly assertExists: (gatewayId: string) => Promise<void>;
    /** Of every gateway, deleted ones included. */
    readonly retentions: () => Promise<readonly Retention[]>;
    readonly noteMilestone: (
      tx: Executor,
      gatewayId: string,
      milestone: 'first_message_at',
    ) => Promise<void>;
  };
  readonly pages: {
    readonly receivingOf: (
      tx: Executor,
      gatewayId: string,
      pageIds: readonly string[],
    ) => Promise<ReadonlyMap<string, PageReceiving>>;
    readonly noteEvents: (
      tx: Executor,
      gatewayId: string,
      notes: ReadonlyMap<string, PageNote>,
    ) => Promise<void>;
    /** By `gatewayId/pageId`; a Page that is not known has no entry. */
    readonly pageNames: (
      db: Executor,
      pages: readonly { gatewayId: string; pageId: string }[],
    ) => Promise<ReadonlyMap<string, string>>;
  };
  readonly pictures: Pictures;
  readonly audit: Pick<Audit, 'record'>;
  /** For hashes of erased people. */
  readonly erasureKey: Buffer;
  readonly attachments: Pick<Attachments, 'keep' | 'wake' | 'filesOf' | 'erase'>;
  /** Calls Meta, outside any transaction. May take long; nothing waits for it. */
  readonly readProfile: (person: {
    gatewayId: string;
    pageId: string;
    psid: string;
  }) => Promise<ProfileReading>;
  /** There is work, and another process holds the right to do it. */
  readonly wakeOtherProjectors?: () => void;
  readonly onProjected?: (tx: Executor, events: readonly ProjectedEvent[]) => Promise<void>;
  /** Called after such a transaction is committed. A hint: whoever needs it must poll as well. */
  readonly onCommitted?: () => void;
  /** Monotonic milliseconds. */
  readonly elapsed?: () => number;
  readonly tracing?: Tracing | undefined;
};
