import type { PermissionStatus } from './scopes.ts';
import type { Unlisted } from './webhook.ts';

/**
 * Answers of the Graph API. Keys are optional wherever Meta leaves them out in some case; unknown
 * keys are allowed. Ids are strings.
 */

/** https://developers.facebook.com/docs/graph-api/guides/error-handling */
export interface GraphError extends Unlisted {
  readonly message: string;
  /** `OAuthException` for most errors, wrong parameters included. */
  readonly type: string;
  /** Classify by this and `error_subcode`, never by the HTTP status. */
  readonly code: number;
  readonly error_subcode?: number;
  readonly is_transient?: boolean;
  readonly error_user_title?: string;
  readonly error_user_msg?: string;
  readonly error_data?: unknown;
  readonly fbtrace_id?: string;
}

export interface GraphErrorBody {
  readonly error: GraphError;
}

/** More results exist while `next` is there, even when `data` is short or empty. */
export interface Paging extends Unlisted {
  readonly cursors?: { readonly before?: string; readonly after?: string } & Unlisted;
  readonly next?: string;
  readonly previous?: string;
}

export interface ListAnswer<Item> extends Unlisted {
  readonly data: readonly Item[];
  readonly paging?: Paging;
}

/** Answer of `/oauth/access_token`. */
export interface TokenAnswer extends Unlisted {
  readonly access_token: string;
  readonly token_type?: string;
  /** Seconds; absent for tokens that do not expire. */
  readonly expires_in?: number;
}

/** A person, asked for with a user token. `id` is app-scoped and useless for messaging. */
export interface UserNode extends Unlisted {
  readonly id: string;
  readonly name?: string;
  readonly picture?: Picture;
}

export interface Picture extends Unlisted {
  readonly data?: {
    readonly url?: string;
    readonly width?: number;
    readonly height?: number;
    readonly is_silhouette?: boolean;
  } & Unlisted;
}

/** A Page by id. `tasks` is no field of it: only the `accounts` edge knows them. */
export interface PageNode extends Unlisted {
  readonly id: string;
  readonly name?: string;
  /** Absent when this person may not act for the Page. */
  readonly access_token?: string;
  readonly category?: string;
  readonly category_list?: readonly { readonly id?: string; readonly name?: string }[];
  readonly picture?: Picture;
  readonly link?: string;
  readonly username?: string;
  readonly is_published?: boolean;
  readonly is_webhooks_subscribed?: boolean;
  readonly has_transitioned_to_new_page_experience?: boolean;
  readonly business?: { readonly id?: string; readonly name?: string } & Unlisted;
}

/** One item of `/me/accounts`. */
export interface AccountItem extends PageNode {
  readonly tasks?: readonly string[];
}

export type AccountsAnswer = ListAnswer<AccountItem>;

export interface BusinessNode extends Unlisted {
  readonly id: string;
  readonly name?: string;
}

export interface PermissionItem extends Unlisted {
  readonly permission: string;
  readonly status: PermissionStatus | (string & {});
}

export type PermissionsAnswer = ListAnswer<PermissionItem>;

/** https://developers.facebook.com/docs/graph-api/reference/debug_token */
export interface DebugTokenData extends Unlisted {
  readonly app_id?: string;
  readonly application?: string;
  readonly type?: 'USER' | 'PAGE' | 'APP' | 'SYSTEM_USER' | (string & {});
  readonly is_valid: boolean;
  /** Seconds. */
  readonly issued_at?: number;
  /** Seconds; 0 for never. */
  readonly expires_at?: number;
  /** Seconds, about 90 days after the last authorisation. */
  readonly data_access_expires_at?: number;
  readonly scopes?: readonly string[];
  readonly granular_scopes?: readonly GranularScope[];
  readonly user_id?: string;
  /** The Page, for `PAGE`. */
  readonly profile_id?: string;
  readonly metadata?: Unlisted;
  /** Why it is not valid; the answer itself is still HTTP 200. */
  readonly error?: {
    readonly code?: number;
    readonly message?: string;
    readonly subcode?: number;
  } & Unlisted;
}

/** `target_ids` absent means every Page; a declined permission is missing as a whole. */
export interface GranularScope extends Unlisted {
  readonly scope: string;
  readonly target_ids?: readonly string[];
}

export interface DebugTokenAnswer extends Unlisted {
  readonly data: DebugTokenData;
}

/** One item of `GET /{page}/subscribed_apps`; only the calling app is ever listed. */
export interface SubscribedApp extends Unlisted {
  readonly id: string;
  readonly name?: string;
  readonly category?: string;
  readonly link?: string;
  readonly subscribed_fields?: readonly string[];
}

export type SubscribedAppsAnswer = ListAnswer<SubscribedApp>;

/** One item of `GET /{app}/subscriptions`. Field items are seen as objects and as plain strings. */
export interface AppSubscription extends Unlisted {
  readonly object: string;
  readonly callback_url?: string;
  readonly active?: boolean;
  readonly fields?: readonly (string | { readonly name: string; readonly version?: string })[];
}

export type AppSubscriptionsAnswer = ListAnswer<AppSubscription>;

/** Some samples print the string `"true"`. */
export interface SuccessAnswer extends Unlisted {
  readonly success?: boolean | 'true';
}

/** https://developers.facebook.com/docs/graph-api/batch-requests */
export interface BatchItem {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Without leading slash and host; may carry its own `access_token` and `appsecret_proof`. */
  readonly relative_url: string;
  /** Urlencoded. */
  readonly body?: string;
  readonly name?: string;
  readonly depends_on?: string;
  readonly omit_response_on_success?: boolean;
}

/** `body` is JSON as a string. */
export interface BatchItemAnswer extends Unlisted {
  readonly code: number;
  readonly headers?: readonly { readonly name: string; readonly value: string }[];
  readonly body: string;
}

/** In the order asked; `null` for an item that did not finish or was omitted. */
export type BatchAnswer = readonly (BatchItemAnswer | null)[];

/** A customer, asked for with a Page token; an empty object where the Page may not know them. */
export interface ProfileNode extends Unlisted {
  readonly id?: string;
  readonly name?: string;
  readonly first_name?: string;
  readonly last_name?: string;
  readonly profile_pic?: string;
  readonly locale?: string;
  readonly timezone?: number;
  readonly gender?: string;
}

/** Answer of `POST /{page}/messages`; no `recipient_id` when addressed by `user_ref`. */
export interface SendAnswer extends Unlisted {
  readonly recipient_id?: string;
  readonly message_id?: string;
  readonly attachment_id?: string;
}

/** What the app must answer to a data deletion request. */
export interface DataDeletionAnswer {
  readonly url: string;
  readonly confirmation_code: string;
}
