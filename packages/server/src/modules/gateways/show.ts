import type { Gateway, MetaProblem } from '@chatgate/contract';
import type { GatewaySecrets } from './secrets.ts';
import { setUpLines } from './set-up-lines.ts';
import type { GatewayRow } from './store.ts';
import type { GatewayCounts } from './types.ts';

const NO_COUNTS: GatewayCounts = {
  pages: { count: 0, receiving: 0, needAttention: 0 },
  unknownPages: 0,
};

function callbackWarning(callbackUrl: string, graphUrl: string): string | null {
  const isPublicMeta = new URL(graphUrl).hostname.endsWith('facebook.com');
  return isPublicMeta && !callbackUrl.startsWith('https://')
    ? `Facebook delivers to public https addresses only, and ${new URL(callbackUrl).origin} is none. Set PUBLIC_URL.`
    : null;
}

/** A gateway as the API shows it. Secrets stay behind; the verify token goes to who may edit. */
export function showGateway(
  row: GatewayRow,
  context: {
    callbackUrl: (uri: string, path: string) => string;
    graphUrl: string;
    retentionDays: number;
    counts: GatewayCounts | undefined;
    secrets: GatewaySecrets;
    mayEdit: boolean;
    now: number;
  },
): Gateway {
  const { counts = NO_COUNTS } = context;
  const webhookUrl = context.callbackUrl(row.uri, 'webhook');
  return {
    id: row.id,
    name: row.name,
    provider: row.provider,
    uri: row.uri,
    callbackBase: context.callbackUrl(row.uri, '').replace(/\/$/, ''),
    appId: row.app_id,
    appName: row.app_name,
    secretChangedAt: row.app_secret_changed_at,
    previousSecretUntil:
      (row.previous_secret_until ?? 0) > context.now ? row.previous_secret_until : null,
    apiVersion: row.api_version,
    loginConfigId: row.login_config_id,
    findBusinessPages: row.find_business_pages === 1,
    importMissedMessages: row.import_missed_messages === 1,
    subscribeNewPages: row.subscribe_new_pages === 1,
    humanAgent: row.human_agent === 1,
    enabled: row.enabled === 1,
    keepEventsDays: row.keep_events_days,
    defaultKeepEventsDays: context.retentionDays,
    keepConversationsDays: row.keep_conversations_days,
    webhook: {
      state: row.webhook_state,
      checkedAt: row.webhook_checked_at,
      problem: parseProblem(row.webhook_problem),
      warning: callbackWarning(webhookUrl, context.graphUrl),
    },
    pages: counts.pages,
    unknownPages: counts.unknownPages,
    steps: {
      saved: row.created_at,
      pageConnected: row.first_page_at,
      receivingOn: row.first_receiving_at,
      firstMessage: row.first_message_at,
    },
    setUp: setUpLines(row, context),
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function parseProblem(text: string | null): MetaProblem | null {
  return text === null ? null : JSON.parse(text);
}
