import type { MetaProblem } from '@chatgate/contract';
import { AppError } from '../../platform/errors.ts';
import type { Secret } from '../../platform/secret.ts';
import type { AppCredentials } from '../graph/index.ts';
import type { AppAtMeta, Registration, WebhookBefore } from './app-at-meta.ts';
import type { SaveDeps } from './deps.ts';
import { CORE_FIELDS, OPTIONAL_FIELDS } from './fields.ts';
import { credentialsOf } from './rows.ts';
import type { Contrary } from './set-up-lines.ts';
import { type GatewayRow, noteOnGateway } from './store.ts';

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

/**
 * Registers the app-level webhook: our fields and those already there that are not ours. Meta makes
 * the handshake before it answers, so the gateway must be stored by now. A field this API version
 * does not know fails the whole call; then the two that matter are asked for alone.
 */
async function subscribeApp(
  meta: AppAtMeta,
  app: AppCredentials,
  webhook: { callbackUrl: string; verifyToken: Secret; before: WebhookBefore },
): Promise<Registration> {
  const { callbackUrl, verifyToken, before } = webhook;
  const held = before.kind === 'read' ? (before.subscription?.fields ?? []) : [];
  const union = (ours: readonly string[]) => [...new Set([...held, ...ours])];
  const first = await meta.subscribe(app, {
    callbackUrl,
    verifyToken,
    fields: union([...CORE_FIELDS, ...OPTIONAL_FIELDS]),
  });
  if (first.kind === 'failed' && first.problem.code === 100) {
    return meta.subscribe(app, { callbackUrl, verifyToken, fields: union(CORE_FIELDS) });
  }
  return first;
}

/** Registers the webhook of a stored gateway and notes how it went. Meta's refusal is a note, not an error. */
export async function registerWebhook(
  deps: SaveDeps,
  row: GatewayRow,
  before: WebhookBefore,
): Promise<void> {
  const { db, clock, secrets } = deps;
  const verifyToken = secrets.verifyToken(row);
  if (!verifyToken) {
    throw new Error(`The verify token of ${row.id} is gone.`);
  }
  const outcome = await subscribeApp(deps.meta, credentialsOf(secrets, row), {
    callbackUrl: deps.callbackUrl(row.uri, 'webhook'),
    verifyToken,
    before,
  });
  const now = clock.now();
  const answered = before.kind === 'read' || outcome.kind === 'registered';
  const isRefused = before.kind === 'unreadable' && before.problem.code !== undefined;
  await db.transaction((tx) =>
    noteOnGateway(tx, row.id, {
      webhook_state: outcome.kind,
      webhook_checked_at: now,
      webhook_problem: outcome.kind === 'failed' ? JSON.stringify(outcome.problem) : null,
      ...(answered ? { api_access_seen_at: now, api_access_problem: null } : {}),
      ...(isRefused && !answered ? { api_access_problem: refusedAt(now, before.problem) } : {}),
    }),
  );
  deps.onChanged(row.id);
}

/** Meta answered, and said no: *Allow API access to app settings* is off. */
const refusedAt = (at: number, { message }: MetaProblem) =>
  JSON.stringify({ at, code: 'refused', reason: message } satisfies Contrary);
