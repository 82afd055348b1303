import { readFileSync } from 'node:fs';

/**
 * One webhook body per kind, in the bytes as they travel: `/` as `\/`, `@` as `\u0040`, everything
 * beyond ASCII as lowercase `\uXXXX`, no line end. The Page is 1001, the person 9001. The files must
 * not be reformatted: signatures are made over their bytes.
 */
export const FIXTURE_FILES = {
  text: 'text.json',
  quick_reply: 'quick-reply.json',
  reply_to: 'reply-to.json',
  nlp: 'nlp.json',
  user_ref: 'user-ref.json',
  image: 'image.json',
  audio: 'audio.json',
  video: 'video.json',
  file: 'file.json',
  several_attachments: 'several-attachments.json',
  sticker: 'sticker.json',
  sticker_as_image: 'sticker-as-image.json',
  fallback: 'fallback.json',
  fallback_without_payload: 'fallback-without-payload.json',
  reel: 'reel.json',
  ig_reel: 'ig-reel.json',
  post: 'post.json',
  ig_post: 'ig-post.json',
  appointment_booking: 'appointment-booking.json',
  product_template: 'product-template.json',
  location: 'location.json',
  product_referral: 'product-referral.json',
  ad_referral: 'ad-referral.json',
  echo: 'echo.json',
  echo_from_inbox: 'echo-from-inbox.json',
  echo_template: 'echo-template.json',
  echo_fallback: 'echo-fallback.json',
  edit: 'edit.json',
  delivery: 'delivery.json',
  delivery_without_mids: 'delivery-without-mids.json',
  read: 'read.json',
  reaction: 'reaction.json',
  unreaction: 'unreaction.json',
  postback: 'postback.json',
  referral: 'referral.json',
  lead_referral: 'lead-referral.json',
  optin: 'optin.json',
  optin_stop: 'optin-stop.json',
  optin_checkbox: 'optin-checkbox.json',
  optin_plugin: 'optin-plugin.json',
  pass_thread_control: 'pass-thread-control.json',
  take_thread_control: 'take-thread-control.json',
  request_thread_control: 'request-thread-control.json',
  app_roles: 'app-roles.json',
  standby: 'standby.json',
  standby_postback: 'standby-postback.json',
  policy_enforcement: 'policy-enforcement.json',
  policy_unblock: 'policy-unblock.json',
  feedback: 'feedback.json',
  account_linking: 'account-linking.json',
  account_unlinking: 'account-unlinking.json',
  customer_information: 'customer-information.json',
  response_feedback: 'response-feedback.json',
  order: 'order.json',
  lead_form: 'lead-form.json',
  coupon: 'coupon.json',
  inbox_labels: 'inbox-labels.json',
  feed: 'feed.json',
  dashboard_test: 'dashboard-test.json',
  unknown_kind: 'unknown-kind.json',
  several_entries: 'several-entries.json',
  instagram: 'instagram.json',
  whatsapp: 'whatsapp.json',
} as const;

export type FixtureKind = keyof typeof FIXTURE_FILES;

export const FIXTURE_KINDS = Object.keys(FIXTURE_FILES) as readonly FixtureKind[];

/** The raw bytes of one fixture. */
export function readFixture(kind: FixtureKind): Buffer {
  return readFileSync(new URL(FIXTURE_FILES[kind], new URL('./fixtures/', import.meta.url)));
}
