import type { MetaProblem } from '@chatgate/contract';
import { AppError } from '../../platform/errors.ts';
import type { Secret } from '../../platform/secret.ts';
import type { AppAtMeta, AppCredentials, PageSubscription } from './app-at-meta.ts';

/**
 * The fields we ask Meta for at app level. A Page's subscription can only deliver what the app's
 * own subscription has (Meta: "Webhooks for Messenger Platform", step 2).
 */
export const APP_FIELDS = [
  'messages',
  'messaging_postbacks',
  'message_echoes',
  'message_deliveries',
  'message_reads',
  'message_reactions',
  'message_edits',
  'messaging_referrals',
  'messaging_optins',
  'messaging_handovers',
  'standby',
  'messaging_policy_enforcement',
] as const;

const CORE_FIELDS = APP_FIELDS.slice(0, 2);

/** What Meta holds for the app, read before anything is stored. */
export type WebhookBefore =
  | { readonly kind: 'read'; readonly subscription: PageSubscription | undefined }
  | { readonly kind: 'unreadable'; readonly problem: MetaProblem };

/** Refuses to take an app's messages from another host without having been asked to. */
export function assertMayTakeOver(
  before: WebhookBefore,
  { callbackUrl, moveWebhook }: { callbackUrl: string; moveWebhook: boolean },
): void {
  const held = before.kind === 'read' ? before.subscription?.callbackUrl : undefined;
  if (held !== undefined && held !== callbackUrl && !moveWebhook) {
    const host = hostOf(held);
    throw new AppError(
      'webhook_elsewhere',
      `Facebook now delivers this app's messages to ${host}.`,
      { details: { host, callbackUrl: held } },
    );
  }
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

export type Registration =
  | { readonly kind: 'registered' }
  | { readonly kind: 'failed'; readonly problem: MetaProblem };

/**
 * Registers the app-level webhook: our fields and those already there that are not ours. Meta makes
 * the handshake before it answers, so the gateway must be stored by now. A field this API version
 * does not know fails the whole call; then the two that matter are asked for alone.
 */
export async function registerWebhook(
  meta: AppAtMeta,
  app: AppCredentials,
  webhook: { callbackUrl: string; verifyToken: Secret; before: WebhookBefore },
): Promise<Registration> {
  const { callbackUrl, verifyToken, before } = webhook;
  const held = before.kind === 'read' ? (before.subscription?.fields ?? []) : [];
  const union = (ours: readonly string[]) => [...new Set([...held, ...ours])];
  const first = await meta.subscribe(app, { callbackUrl, verifyToken, fields: union(APP_FIELDS) });
  if (first.kind === 'failed' && first.problem.code === 100) {
    return meta.subscribe(app, { callbackUrl, verifyToken, fields: union(CORE_FIELDS) });
  }
  return first;
}
