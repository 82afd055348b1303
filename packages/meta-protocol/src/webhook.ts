/**
 * What Meta posts to a webhook. Every key is optional and unknown keys are allowed: Meta adds keys
 * without notice, and a receiver that insists on a shape loses messages.
 *
 * Meta promises integers beyond 2^53 for no key but `app_id`, `sticker_id` and product ids, and
 * writes some ids as number in one place and as string in another, hence `LooseId`.
 *
 * https://developers.facebook.com/docs/messenger-platform/webhooks
 */
export type LooseId = string | number;

/** Keys this package does not know. */
export interface Unlisted {
  readonly [key: string]: unknown;
}

export interface WebhookBody extends Unlisted {
  /** `page`, `instagram`, `whatsapp_business_account`, … */
  readonly object?: string;
  readonly entry?: readonly WebhookEntry[];
}

export interface WebhookEntry extends Unlisted {
  /** The Page. */
  readonly id?: string;
  /** Milliseconds beside `messaging` and `standby`, seconds beside `changes`. */
  readonly time?: number;
  /** Documented to hold one element; may hold several. */
  readonly messaging?: readonly MessagingElement[];
  /** The same elements, for an app that does not own the thread. Postbacks lack their payload. */
  readonly standby?: readonly MessagingElement[];
  readonly changes?: readonly Change[];
}

export interface Change extends Unlisted {
  readonly field?: string;
  readonly value?: Unlisted;
}

/** A person is named by PSID, or by `user_ref` before they have one (checkbox and chat plugins). */
export interface Party extends Unlisted {
  readonly id?: string;
  readonly user_ref?: string;
}

/** One event. Exactly one of the keys below `timestamp` says which kind it is. */
export interface MessagingElement extends Unlisted {
  readonly sender?: Party;
  readonly recipient?: Party;
  /** Milliseconds. Missing on `messaging_feedback`. */
  readonly timestamp?: number;
  readonly message?: Message;
  readonly message_edit?: MessageEdit;
  readonly delivery?: Delivery;
  readonly read?: Read;
  readonly reaction?: Reaction;
  readonly postback?: Postback;
  readonly referral?: Referral;
  readonly lead?: Unlisted;
  readonly optin?: Optin;
  readonly pass_thread_control?: ThreadControlChange;
  readonly take_thread_control?: ThreadControlChange;
  readonly request_thread_control?: ThreadControlRequest;
  /** App id → roles. */
  readonly app_roles?: Readonly<Record<string, readonly string[]>>;
  readonly policy_enforcement?: PolicyEnforcement;
  readonly messaging_feedback?: Unlisted;
  readonly account_linking?: AccountLinking;
  readonly messaging_customer_information?: Unlisted;
  readonly response_feedback?: ResponseFeedback;
  readonly order?: Order;
  readonly form?: { readonly id?: LooseId } & Unlisted;
  readonly template?: CouponReveal;
}

export interface Message extends Unlisted {
  readonly mid?: string;
  readonly text?: string;
  readonly quick_reply?: { readonly payload?: string } & Unlisted;
  readonly reply_to?: ReplyTo;
  readonly attachments?: readonly Attachment[];
  readonly referral?: Referral;
  /** True on a message the Page sent, whichever app or person sent it. */
  readonly is_echo?: boolean;
  /** Echo only: the sending app; 263902037430900 is Meta's own inbox. */
  readonly app_id?: LooseId;
  /** Echo only: what the sender passed as `message.metadata`. */
  readonly metadata?: string;
  readonly is_deleted?: boolean;
  readonly is_unsupported?: boolean;
  readonly commands?: readonly ({ readonly name?: string } & Unlisted)[];
  readonly nlp?: Unlisted;
}

export interface ReplyTo extends Unlisted {
  readonly mid?: string;
  readonly is_self_reply?: boolean;
  /** Instagram. */
  readonly story?: { readonly id?: string; readonly url?: string } & Unlisted;
}

/**
 * `payload` differs per type and may be missing or null; `fallback` echoes carry `url` and `title`
 * beside it. A URL is a link that expires.
 */
export interface Attachment extends Unlisted {
  readonly type?: AttachmentType | (string & {});
  readonly title?: string;
  readonly url?: string;
  readonly payload?: AttachmentPayload | null;
}

export type AttachmentType =
  | 'image'
  | 'audio'
  | 'video'
  | 'file'
  | 'sticker'
  | 'reel'
  | 'ig_reel'
  | 'post'
  | 'ig_post'
  | 'share'
  | 'story_mention'
  | 'ephemeral'
  | 'fallback'
  | 'template'
  | 'appointment_booking'
  | 'location';

export interface AttachmentPayload extends Unlisted {
  readonly url?: string;
  readonly title?: string;
  /** `sticker`, and `image` for stickers sent before 2026-08-30. */
  readonly sticker_id?: LooseId;
  readonly attachment_id?: LooseId;
  readonly reel_video_id?: LooseId;
  /** `post`. */
  readonly id?: LooseId;
  /** `location`. */
  readonly coordinates?: { readonly lat?: number; readonly long?: number } & Unlisted;
  /** `appointment_booking`; times in seconds. */
  readonly booking_id?: string;
  readonly status?: string;
  readonly start_time?: number;
  readonly end_time?: number;
  readonly timezone?: string;
  /** `template` with products. */
  readonly product?: { readonly elements?: readonly ProductElement[] } & Unlisted;
  /** `template` in echoes. */
  readonly template_type?: string;
}

export interface ProductElement extends Unlisted {
  readonly id?: LooseId;
  readonly retailer_id?: string;
  readonly image_url?: string;
  readonly title?: string;
  readonly subtitle?: string;
}

export interface MessageEdit extends Unlisted {
  readonly mid?: string;
  readonly text?: string;
  /** Documented as integer, seen as string. */
  readonly num_edit?: LooseId;
}

export interface Delivery extends Unlisted {
  readonly mids?: readonly string[];
  /** Milliseconds: everything sent up to then was delivered. Always present. */
  readonly watermark?: number;
}

export interface Read extends Unlisted {
  /** Milliseconds: everything sent up to then was read. */
  readonly watermark?: number;
  /** Instagram (`messaging_seen`). */
  readonly mid?: string;
}

export interface Reaction extends Unlisted {
  readonly reaction?:
    | 'smile'
    | 'angry'
    | 'sad'
    | 'wow'
    | 'love'
    | 'like'
    | 'dislike'
    | 'other'
    | (string & {});
  readonly emoji?: string;
  readonly action?: 'react' | 'unreact' | (string & {});
  /** The message reacted to; a reaction has no id of its own. */
  readonly mid?: string;
}

export interface Postback extends Unlisted {
  readonly mid?: string;
  readonly title?: string;
  /** Only for the app that sent the button; absent in `standby`. */
  readonly payload?: string;
  readonly referral?: Referral;
}

export interface Referral extends Unlisted {
  readonly ref?: string;
  readonly source?: string;
  readonly type?: string;
  readonly referer_uri?: string;
  readonly ad_id?: LooseId;
  readonly ads_context_data?: Unlisted;
  readonly product?: { readonly id?: LooseId } & Unlisted;
}

export interface Optin extends Unlisted {
  readonly type?: string;
  readonly ref?: string;
  readonly user_ref?: string;
  readonly payload?: string;
  readonly title?: string;
  readonly notification_messages_token?: string;
  readonly notification_messages_timezone?: string;
  /** Milliseconds. */
  readonly token_expiry_timestamp?: number;
  readonly user_token_status?: string;
  /** `STOP NOTIFICATIONS` or `RESUME NOTIFICATIONS`, with a space or an underscore. */
  readonly notification_messages_status?: string;
}

export interface ThreadControlChange extends Unlisted {
  readonly previous_owner_app_id?: LooseId | null;
  readonly new_owner_app_id?: LooseId | null;
  readonly metadata?: string;
}

export interface ThreadControlRequest extends Unlisted {
  readonly requested_owner_app_id?: LooseId | null;
  readonly metadata?: string;
}

export interface PolicyEnforcement extends Unlisted {
  readonly action?: 'warning' | 'block' | 'unblock' | (string & {});
  /** Absent on `unblock`. */
  readonly reason?: string;
}

export interface AccountLinking extends Unlisted {
  readonly status?: 'linked' | 'unlinked' | (string & {});
  readonly authorization_code?: string;
}

export interface ResponseFeedback extends Unlisted {
  readonly feedback?: string;
  readonly mid?: string;
}

export interface Order extends Unlisted {
  readonly note?: string;
  readonly products?: readonly ({
    readonly id?: LooseId;
    readonly retailer_id?: string;
    readonly name?: string;
    readonly unit_price?: number;
    readonly currency?: string;
    readonly quantity?: number;
  } & Unlisted)[];
}

export interface CouponReveal extends Unlisted {
  readonly type?: string;
  readonly payload?: string;
  readonly coupon_code?: string;
}

/**
 * Payload of the `signed_request` that the deauthorize and data deletion callbacks carry.
 * `user_id` is app-scoped and empty when only a Page (`profile_id`) left the app.
 *
 * https://developers.facebook.com/docs/development/create-an-app/app-dashboard/data-deletion-callback
 */
export interface SignedRequest extends Unlisted {
  readonly algorithm?: string;
  /** Seconds. */
  readonly issued_at?: number;
  /** Seconds; data deletion only. */
  readonly expires?: number;
  readonly user_id?: string;
  readonly profile_id?: string;
}
