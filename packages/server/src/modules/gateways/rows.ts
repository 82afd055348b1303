import type { CreateGateway, UpdateGateway } from '@chatgate/contract';
import { randomToken } from '../../platform/random.ts';
import { Secret } from '../../platform/secret.ts';
import type { AppCredentials } from '../graph/index.ts';
import type { SaveDeps } from './deps.ts';
import type { GatewaySecrets } from './secrets.ts';
import type { GatewayRow } from './store.ts';

/** How long the previous App secret is still accepted: Meta signs with it until it is reset there. */
const ROTATION_MS = 24 * 3_600_000;

export function credentialsOf(secrets: GatewaySecrets, row: GatewayRow): AppCredentials {
  return { appId: row.app_id, appSecret: secrets.appSecret(row), version: row.api_version };
}

/** What a person may read of a gateway's settings; the audit log keeps it before and after. */
export function auditedSettings(row: GatewayRow) {
  return {
    name: row.name,
    appId: row.app_id,
    apiVersion: row.api_version,
    loginConfigId: row.login_config_id,
    findBusinessPages: row.find_business_pages === 1,
    importMissedMessages: row.import_missed_messages === 1,
    subscribeNewPages: row.subscribe_new_pages === 1,
    humanAgent: row.human_agent === 1,
    enabled: row.enabled === 1,
    keepEventsDays: row.keep_events_days,
    keepConversationsDays: row.keep_conversations_days,
    secretChangedAt: row.app_secret_changed_at,
  };
}

const flag = (value: boolean | undefined, fallback: number) =>
  value === undefined ? fallback : Number(value);

/** What is known of the app's settings at Meta before anything happened. */
const NOTHING_SEEN = {
  deauthorize_problem: null,
  data_deletion_problem: null,
  api_access_problem: null,
  granted_scopes: null,
  granted_at: null,
} as const;

/** The row of a new gateway, its secrets sealed. */
export function newGatewayRow(
  deps: SaveDeps,
  body: CreateGateway,
  appName: string | null,
): GatewayRow {
  const { clock, ids, random, secrets } = deps;
  const now = clock.now();
  const id = ids.next('gw');
  return {
    id,
    name: body.name,
    uri: randomToken(random, 128),
    provider: 'messenger',
    app_id: body.appId,
    app_name: appName,
    app_secret: secrets.seal(id, 'app_secret', new Secret(body.appSecret)),
    app_secret_changed_at: now,
    previous_app_secret: null,
    previous_secret_until: null,
    verify_token: secrets.seal(id, 'verify_token', new Secret(randomToken(random, 256))),
    api_version: body.apiVersion ?? null,
    login_config_id: body.loginConfigId ?? null,
    find_business_pages: flag(body.findBusinessPages, 0),
    import_missed_messages: flag(body.importMissedMessages, 0),
    subscribe_new_pages: flag(body.subscribeNewPages, 0),
    human_agent: flag(body.humanAgent, 0),
    enabled: flag(body.enabled, 1),
    keep_events_days: body.keepEventsDays ?? null,
    keep_conversations_days: body.keepConversationsDays ?? null,
    webhook_state: 'unregistered',
    webhook_checked_at: null,
    webhook_problem: null,
    handshake_at: null,
    handshake_problem: null,
    redirect_seen_at: null,
    deauthorize_seen_at: null,
    data_deletion_seen_at: null,
    api_access_seen_at: null,
    ...NOTHING_SEEN,
    confirmations: '{}',
    first_page_at: null,
    first_receiving_at: null,
    first_message_at: null,
    version: 1,
    created_at: now,
    updated_at: now,
    deleted_at: null,
  };
}

/** The columns that a change sets; a new App secret keeps the one before for a day. */
export function changedColumns(
  deps: SaveDeps,
  row: GatewayRow,
  body: UpdateGateway,
): Partial<GatewayRow> {
  const { clock, secrets } = deps;
  const now = clock.now();
  const secret =
    body.appSecret === undefined
      ? {}
      : {
          app_secret: secrets.seal(row.id, 'app_secret', new Secret(body.appSecret)),
          app_secret_changed_at: now,
          previous_app_secret: secrets.seal(row.id, 'previous_app_secret', secrets.appSecret(row)),
          previous_secret_until: now + ROTATION_MS,
        };
  return {
    name: body.name ?? row.name,
    app_id: body.appId ?? row.app_id,
    api_version: body.apiVersion === undefined ? row.api_version : body.apiVersion,
    login_config_id: body.loginConfigId === undefined ? row.login_config_id : body.loginConfigId,
    find_business_pages: flag(body.findBusinessPages, row.find_business_pages),
    import_missed_messages: flag(body.importMissedMessages, row.import_missed_messages),
    subscribe_new_pages: flag(body.subscribeNewPages, row.subscribe_new_pages),
    human_agent: flag(body.humanAgent, row.human_agent),
    enabled: flag(body.enabled, row.enabled),
    keep_events_days:
      body.keepEventsDays === undefined ? row.keep_events_days : body.keepEventsDays,
    keep_conversations_days:
      body.keepConversationsDays === undefined
        ? row.keep_conversations_days
        : body.keepConversationsDays,
    updated_at: now,
    ...secret,
    // Another app has settings of its own at Meta.
    ...(body.appId === undefined || body.appId === row.app_id
      ? {}
      : {
          ...NOTHING_SEEN,
          handshake_at: null,
          handshake_problem: null,
          redirect_seen_at: null,
          deauthorize_seen_at: null,
          data_deletion_seen_at: null,
          api_access_seen_at: null,
          confirmations: '{}',
        }),
  };
}
