import { placeIn, type SealedColumn } from '../../platform/seal.ts';

/** The tables of this module, as the rows are stored. Times are epoch milliseconds, flags 0 or 1. */
export type PageRow = {
  gateway_id: string;
  page_id: string;
  name: string;
  /** The name as it is searched and sorted: lower case, in all scripts. */
  sort_name: string;
  picture_url: string | null;
  link: string | null;
  category: string | null;
  wanted: number;
  wanted_changed_at: number | null;
  wanted_changed_by: string | null;
  actual: 'on' | 'off' | 'partial' | 'unknown';
  /** JSON lists of field names. */
  fields: string;
  other_fields: string;
  /** When the reading began that `actual` comes from. */
  actual_checked_at: number | null;
  /** JSON: why the last check failed. */
  problem: string | null;
  /** JSON: why the wanted state could not be reached. */
  receiving_problem: string | null;
  events_while_off: number;
  last_event_at: number | null;
  last_conversation_id: string | null;
  version: number;
  added_at: number;
  updated_at: number;
  unsubscribed_at: number | null;
  removed_at: number | null;
  at_meta: 'published' | 'unpublished' | 'gone' | 'merged';
  merged_into: string | null;
  repair_attempts: number;
  /** When Meta is brought back to what is wanted; null is at once, if it differs. */
  repair_next_at: number | null;
};

export type AccountRow = {
  gateway_id: string;
  account_id: string;
  kind: 'person' | 'system_user';
  name: string;
  /** The name as it is searched. */
  sort_name: string;
  picture_url: string | null;
  user_token: string | null;
  token_expires_at: number | null;
  data_access_expires_at: number | null;
  logged_in_at: number;
  /** When the reading began that was applied last. */
  reads_began_at: number;
};

export type GrantRow = {
  id: string;
  gateway_id: string;
  page_id: string;
  account_id: string;
  /** Sealed; its place is `grantPlace`. */
  token: string;
  token_state: 'valid' | 'invalid' | 'unknown';
  token_problem: string | null;
  expires_at: number | null;
  checked_at: number | null;
  /** JSON list; null where Meta did not tell. */
  tasks: string | null;
  scopes: string;
  active: number;
  granted_at: number;
};

export type AttemptRow = {
  id: string;
  gateway_id: string;
  /** `invite`: the actor is a browser that was let in by a link. */
  actor_kind: 'person' | 'api_key' | 'invite';
  actor_id: string;
  actor_name: string;
  status: 'pending' | 'succeeded' | 'cancelled' | 'failed' | 'expired';
  reauthenticate: number;
  same_tab: number;
  state_hash: string | null;
  cookie_hash: string | null;
  started_at: number;
  expires_at: number;
  opened_at: number | null;
  returned_at: number | null;
  finished_at: number | null;
  account: string | null;
  result: string | null;
  error_code: string | null;
  error_problem: string | null;
  invite_id: string | null;
};

export type UnsubscriptionRow = {
  gateway_id: string;
  page_id: string;
  name: string;
  token: string | null;
  /** Who granted the token. */
  account_id: string | null;
  state: 'pending' | 'done' | 'given_up';
  attempts: number;
  next_at: number;
  give_up_at: number;
  claim: string | null;
  claimed_until: number | null;
  problem: string | null;
  created_at: number;
};

export type RefusedFieldRow = { gateway_id: string; field: string; until: number };

export type RefreshRow = {
  id: string;
  gateway_id: string;
  state: 'running' | 'done' | 'failed';
  done: number;
  total: number;
  started_at: number;
  started_by: string;
  finished_at: number | null;
  claim: string | null;
  claimed_until: number | null;
  problem: string | null;
};

export type BulkJobRow = {
  id: string;
  gateway_id: string;
  action: 'switch_on' | 'switch_off' | 'remove';
  state: 'running' | 'done';
  /** JSON: kind, id and name of who started it. */
  actor: string;
  total: number;
  started_at: number;
  finished_at: number | null;
  claim: string | null;
  claimed_until: number | null;
};

export type BulkItemRow = {
  job_id: string;
  position: number;
  page_id: string;
  name: string;
  /** The version that the person saw. */
  version: number;
  state: 'pending' | 'done' | 'refused';
  /** JSON: why it was refused. */
  error: string | null;
};

export type DataDeletionRow = {
  /** The confirmation code: unguessable, and what the status page is asked for. */
  code: string;
  gateway_id: string;
  person_hash: string;
  outcome: 'erased' | 'nothing_stored';
  /** As Meta signed it; a request is known again by person and time. */
  issued_at: number;
  received_at: number;
};

export type InviteRow = {
  id: string;
  gateway_id: string;
  /** SHA-256 of the secret in the link's fragment. */
  secret_hash: string;
  note: string;
  created_at: number;
  created_by: string;
  /** The person whose rights bound it; null when a key of the command line made it. */
  created_by_id: string | null;
  expires_at: number;
  opened_at: number | null;
  /** The first browser that connected something; then the link is spent for all others. */
  used_session: string | null;
  used_at: number | null;
  used_by: string | null;
  pages: number;
  revoked_at: number | null;
  revoked_by: string | null;
};

/** A browser that showed the secret of an invite. */
export type InviteSessionRow = {
  id: string;
  invite_id: string;
  cookie_hash: string;
  opened_at: number;
  expires_at: number;
};

export type Tables = {
  connect_invite: InviteRow;
  connect_invite_session: InviteSessionRow;
  page: PageRow;
  page_account: AccountRow;
  page_grant: GrantRow;
  connect_attempt: AttemptRow;
  page_unsubscription: UnsubscriptionRow;
  refused_field: RefusedFieldRow;
  refresh_job: RefreshRow;
  bulk_job: BulkJobRow;
  bulk_item: BulkItemRow;
  data_deletion: DataDeletionRow;
};

/** Text as it is compared with what a person types. */
export const sortable = (text: string) => text.normalize('NFKC').toLowerCase();

const ofPage = ['gateway_id', 'page_id'] as const;
const GRANT = { table: 'page_grant', column: 'token', key: [...ofPage, 'account_id'] };
const ACCOUNT = {
  table: 'page_account',
  column: 'user_token',
  key: ['gateway_id', 'account_id'],
};
const UNSUBSCRIPTION = { table: 'page_unsubscription', column: 'token', key: ofPage };

export const sealedPageColumns: readonly SealedColumn[] = [GRANT, ACCOUNT, UNSUBSCRIPTION];

export const grantPlace = (grant: { gateway_id: string; page_id: string; account_id: string }) =>
  placeIn(GRANT, grant);
export const accountPlace = (account: { gateway_id: string; account_id: string }) =>
  placeIn(ACCOUNT, account);
export const unsubscriptionPlace = (job: { gateway_id: string; page_id: string }) =>
  placeIn(UNSUBSCRIPTION, job);
