import type { Gateway, MetaProblem, SetUpLine } from '@chatgate/contract';
import type { GatewaySecrets } from './secrets.ts';
import type { GatewayRow } from './store.ts';
import type { GatewayCounts } from './types.ts';

/** Permissions every log-in asks for; two more hang on the tick boxes of the General tab. */
const BASE_SCOPES = [
  'public_profile',
  'pages_show_list',
  'pages_messaging',
  'pages_manage_metadata',
] as const;

export type Confirmations = Partial<Record<SetUpLine['key'], { at: number; by: string }>>;

/** Lines that Meta does not tell us about, so that a person has to. */
export const CONFIRMABLE = ['permissions', 'app_mode'] as const satisfies SetUpLine['key'][];

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

function setUpLines(
  row: GatewayRow,
  context: {
    callbackUrl: (uri: string, path: string) => string;
    secrets: GatewaySecrets;
    mayEdit: boolean;
  },
): SetUpLine[] {
  const url = (path: string) => context.callbackUrl(row.uri, path);
  const confirmations: Confirmations = JSON.parse(row.confirmations);
  const verifyToken = context.mayEdit ? context.secrets.verifyToken(row)?.reveal() : undefined;
  return [
    {
      key: 'redirect_uri',
      values: [{ label: 'Valid OAuth Redirect URIs', value: url('oauth/callback') }],
      proof: seen(row.redirect_seen_at),
    },
    {
      key: 'webhook',
      values: [
        { label: 'Callback URL', value: url('webhook') },
        ...(verifyToken === undefined ? [] : [{ label: 'Verify token', value: verifyToken }]),
      ],
      proof: webhookProof(row),
    },
    {
      key: 'deauthorize_url',
      values: [{ label: 'Deauthorize callback URL', value: url('deauthorize') }],
      proof: seen(row.deauthorize_seen_at),
    },
    {
      key: 'data_deletion_url',
      values: [{ label: 'Data deletion request URL', value: url('data-deletion') }],
      proof: seen(row.data_deletion_seen_at),
    },
    {
      key: 'permissions',
      values: [{ label: 'Permissions', value: scopesOf(row).join(', ') }],
      proof: confirmed(confirmations.permissions),
    },
    { key: 'api_access', values: [], proof: apiAccessProof(row) },
    { key: 'app_mode', values: [], proof: confirmed(confirmations.app_mode) },
  ];
}

/** What a log-in asks for, unless a login configuration says it instead. */
export function requestedScopes(settings: {
  readonly findBusinessPages: boolean;
  readonly importMissedMessages: boolean;
}): string[] {
  return [
    ...BASE_SCOPES,
    ...(settings.findBusinessPages ? ['business_management'] : []),
    ...(settings.importMissedMessages ? ['pages_read_engagement'] : []),
  ];
}

const scopesOf = (row: GatewayRow) =>
  requestedScopes({
    findBusinessPages: row.find_business_pages === 1,
    importMissedMessages: row.import_missed_messages === 1,
  });

const NO_PROOF = { kind: 'unknown', at: null, by: null, reason: null } as const;

function seen(at: number | null): SetUpLine['proof'] {
  return at === null ? NO_PROOF : { ...NO_PROOF, kind: 'seen', at };
}

function confirmed(by: { at: number; by: string } | undefined): SetUpLine['proof'] {
  return by ? { ...NO_PROOF, kind: 'confirmed', at: by.at, by: by.by } : NO_PROOF;
}

function apiAccessProof(row: GatewayRow): SetUpLine['proof'] {
  return row.api_access_seen_at === null
    ? NO_PROOF
    : { ...NO_PROOF, kind: 'read', at: row.api_access_seen_at };
}

/** Contrary evidence wins over an older success: a refused handshake un-ticks the line. */
function webhookProof(row: GatewayRow): SetUpLine['proof'] {
  const problem = parseProblem(row.webhook_problem);
  if (row.webhook_state === 'failed' && problem) {
    return { ...NO_PROOF, kind: 'failed', at: row.webhook_checked_at, reason: problem.message };
  }
  return seen(row.handshake_at);
}

function parseProblem(text: string | null): MetaProblem | null {
  return text === null ? null : JSON.parse(text);
}
