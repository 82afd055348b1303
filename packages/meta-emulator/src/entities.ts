/**
 * Everything the emulator knows, as plain data: what is here can be written to a file, taken as a
 * snapshot and put back. Times are epoch milliseconds unless a name says seconds. Ids are strings.
 */
import type { FaultSettings } from './fault-table.ts';

interface AppConfiguration {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly tokenType: 'user' | 'system_user';
}

export interface AppSubscriptionRecord {
  readonly object: string;
  readonly callbackUrl: string;
  readonly verifyToken: string;
  readonly fields: readonly string[];
  /** The version of the call that made it; webhooks are sent in it. */
  readonly version: string;
}

export interface App {
  readonly id: string;
  name: string;
  secret: string;
  category: string;
  /** In development, only people with a role may log in and no customer causes an event. */
  mode: 'live' | 'development';
  /** Used for calls that name no version. */
  defaultVersion: string;
  redirectUris: string[];
  /** Hosts; empty means any. */
  domains: string[];
  deauthorizeUrl: string;
  dataDeletionUrl: string;
  requireProof: boolean;
  allowSettingsByApi: boolean;
  roles: string[];
  /** Permissions the dialog accepts; any other is an invalid scope. */
  scopes: string[];
  configurations: AppConfiguration[];
  subscriptions: AppSubscriptionRecord[];
}

export interface Person {
  readonly id: string;
  name: string;
  email: string;
  password: string;
  hasTwoFactor: boolean;
  /** Counts password changes: tokens of an earlier count are dead (190/460). */
  credentials: number;
}

interface PageRole {
  tasks: string[];
  /** Administered only through the Page's business portfolio. */
  viaBusiness: boolean;
}

export interface Page {
  readonly id: string;
  name: string;
  username: string;
  category: string;
  about: string;
  isPublished: boolean;
  requiresTwoFactor: boolean;
  businessId: string | null;
  /** Nobody finds it any more. */
  isDeleted?: boolean;
  /** The Page it was merged into. */
  mergedInto?: string;
  /** Person id → role. */
  roles: Record<string, PageRole>;
}

export interface Business {
  readonly id: string;
  name: string;
  people: string[];
}

export interface Customer {
  readonly id: string;
  firstName: string;
  lastName: string;
  locale: string;
  /** False: the profile answers nothing, as for people the app may not know. */
  isShared: boolean;
}

/** A person's consent to one app: the same for every browser and every system that uses the app. */
export interface Grant {
  readonly appId: string;
  readonly personId: string;
  /** Scope → decision. Scopes never asked for are absent. */
  scopes: Record<string, 'granted' | 'declined'>;
  /** `all` follows the person's Pages; a list is what was ticked. */
  pages: 'all' | string[];
  /** The person's Pages when they decided. */
  pagesThen: string[];
  authorizedAt: number;
  /** Counts consents: one that follows a removal has another number. */
  readonly consent: number;
}

export interface Code {
  readonly code: string;
  readonly appId: string;
  readonly personId: string;
  readonly redirectUri: string;
  readonly issuedAt: number;
  /** For configurations that issue system user tokens. */
  readonly tokenType: 'user' | 'system_user';
  isUsed: boolean;
}

export interface Token {
  readonly token: string;
  readonly kind: 'user' | 'page' | 'system_user';
  readonly appId: string;
  readonly personId: string;
  /** Page tokens only. */
  readonly pageId: string | null;
  readonly issuedAt: number;
  /** 0 for never. */
  readonly expiresAt: number;
  readonly isLongLived: boolean;
  readonly credentials: number;
  /** Of the grant it was issued under: a new consent after a removal does not revive old tokens. */
  readonly consent: number;
}

/** One visit to the login dialog. */
export interface Visit {
  readonly id: string;
  readonly appId: string;
  readonly redirectUri: string;
  readonly state: string | null;
  readonly scopes: readonly string[];
  readonly authType: readonly string[];
  readonly responseType: readonly string[];
  readonly configId: string | null;
  readonly startedAt: number;
  personId: string | null;
  /** Set once the password was typed in this visit, for `auth_type=reauthenticate`. */
  hasTypedPassword: boolean;
  step: VisitStep;
  /** By way of "Edit settings": earlier choices are shown as they were. */
  isEditing: boolean;
  pages: 'all' | string[];
}

export type VisitStep = 'login' | 'welcome' | 'return' | 'pages' | 'permissions' | 'linked';

export interface ChatMessage {
  readonly mid: string;
  readonly from: 'customer' | 'page';
  readonly at: number;
  text: string | null;
  readonly attachment: { readonly type: string; readonly url: string } | null;
  /** The customer's reaction to it, or the Page's. */
  reaction: string | null;
  /** Customer: acknowledged by the app. Page: shown on the customer's screen. */
  deliveredAt: number | null;
  readAt: number | null;
  readonly replyTo: string | null;
}

/** The talk of one customer with one Page; `psid` names the customer there and nowhere else. */
export interface Thread {
  readonly psid: string;
  readonly pageId: string;
  readonly customerId: string;
  messages: ChatMessage[];
  updatedAt: number;
  /** The customer's last action, which opens the 24-hour window. */
  lastCustomerAt: number;
}

/** One POST to an app, waiting or being retried. Acknowledged ones leave the queue. */
export interface Delivery {
  readonly id: string;
  readonly appId: string;
  /** Order of first tries. */
  readonly position: number;
  readonly events: DeliveryEvent[];
  /** Made at the first try and sent again unchanged. */
  body: string | null;
  attempts: number;
  nextAt: number;
  lastError: string | null;
}

/** One element of a POST. The tally counts these, not POSTs. */
export interface DeliveryEvent {
  readonly pageId: string;
  readonly list: 'messaging' | 'standby' | 'changes';
  readonly element: object;
  /** `page:psid`; null for what is no doing of the customer and not in the tally. */
  readonly chat: string | null;
  readonly mid: string | null;
  readonly isCopy: boolean;
}

export interface Tally {
  /** Events meant to be sent once. */
  sent: number;
  acknowledged: number;
  /** Further copies of the same events. */
  copiesSent: number;
  copiesAcknowledged: number;
  /** Given up when the Page was unsubscribed. */
  dropped: number;
  /** Written while no app received from the Page. */
  unheard: number;
}

/** How an app's webhook does for one Page. */
export interface Health {
  failingSince: number | null;
  hasAlert: boolean;
  /** When Meta's rule of one hour took the subscription away. */
  unsubscribedAt: number | null;
  lastError: string | null;
}

interface LogLine {
  readonly at: number;
  readonly what: string;
}

export interface EmulatorState {
  readonly format: 1;
  apps: Record<string, App>;
  people: Record<string, Person>;
  pages: Record<string, Page>;
  businesses: Record<string, Business>;
  customers: Record<string, Customer>;
  /** `app:person`. */
  grants: Record<string, Grant>;
  codes: Record<string, Code>;
  tokens: Record<string, Token>;
  /** `app:person:page:…` → token, since a Page token is unique per Page, person and app. */
  pageTokens: Record<string, string>;
  visits: Record<string, Visit>;
  /** Cookie → person. */
  sessions: Record<string, string>;
  /** `page:app` → subscribed fields. */
  pageSubscriptions: Record<string, string[]>;
  /** PSID → thread. */
  threads: Record<string, Thread>;
  queue: Delivery[];
  nextNumber: number;
  lastTimestamp: number;
  /** `page:psid`. */
  tallies: Record<string, Tally>;
  /** `app:page`. */
  health: Record<string, Health>;
  faults: FaultSettings;
  log: LogLine[];
}
