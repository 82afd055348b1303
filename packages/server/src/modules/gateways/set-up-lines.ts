import type { MetaProblem, SetUpLine } from '@chatgate/contract';
import { requestedScopes } from './scopes.ts';
import type { GatewaySecrets } from './secrets.ts';
import type { GatewayRow } from './store.ts';

export type Confirmations = Partial<Record<SetUpLine['key'], { at: number; by: string }>>;

/** Lines that Meta does not tell us about, so that a person has to. */
export const CONFIRMABLE = ['permissions', 'app_mode'] as const satisfies SetUpLine['key'][];

/** What was seen to go wrong, and when; as JSON in the columns `…_problem`. */
export type Contrary = {
  readonly at: number;
  readonly code: NonNullable<SetUpLine['proof']['code']>;
  readonly reason: string;
};

type Context = {
  callbackUrl: (uri: string, path: string) => string;
  secrets: GatewaySecrets;
  mayEdit: boolean;
};

/**
 * What to enter at Meta, each line with its proof. A line is ticked by being seen working or by a
 * person, never by saving or copying; what happened last counts, so that contrary evidence un-ticks.
 */
export function setUpLines(row: GatewayRow, context: Context): SetUpLine[] {
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
      proof: contrary(row.deauthorize_problem) ?? seen(row.deauthorize_seen_at),
    },
    {
      key: 'data_deletion_url',
      values: [{ label: 'Data deletion request URL', value: url('data-deletion') }],
      proof: contrary(row.data_deletion_problem) ?? seen(row.data_deletion_seen_at),
    },
    {
      key: 'permissions',
      values: [{ label: 'Permissions', value: scopesOf(row).join(', ') }],
      proof: permissionsProof(row, confirmations.permissions),
    },
    {
      key: 'api_access',
      values: [],
      proof: contrary(row.api_access_problem) ?? read(row.api_access_seen_at),
    },
    { key: 'app_mode', values: [], proof: confirmed(confirmations.app_mode) },
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

function read(at: number | null): SetUpLine['proof'] {
  return at === null ? NO_PROOF : { ...NO_PROOF, kind: 'read', at };
}

function confirmed(by: { at: number; by: string } | undefined): SetUpLine['proof'] {
  return by ? { ...NO_PROOF, kind: 'confirmed', at: by.at, by: by.by } : NO_PROOF;
}

function contrary(text: string | null): SetUpLine['proof'] | undefined {
  if (text === null) {
    return undefined;
  }
  const { at, code, reason }: Contrary = JSON.parse(text);
  return { ...NO_PROOF, kind: 'failed', at, code, reason };
}

/** Contrary evidence wins over an older success: a refused handshake un-ticks the line. */
function webhookProof(row: GatewayRow): SetUpLine['proof'] {
  const problem: MetaProblem | null =
    row.webhook_problem === null ? null : JSON.parse(row.webhook_problem);
  if (row.webhook_state === 'failed' && problem) {
    return {
      ...NO_PROOF,
      kind: 'failed',
      at: row.webhook_checked_at,
      code: 'refused',
      reason: problem.message,
    };
  }
  return contrary(row.handshake_problem) ?? seen(row.handshake_at);
}

/** What the last log-in was granted outweighs what a person said before it. */
function permissionsProof(
  row: GatewayRow,
  confirmation: { at: number; by: string } | undefined,
): SetUpLine['proof'] {
  if (row.granted_scopes === null || row.granted_at === null) {
    return confirmed(confirmation);
  }
  const granted: string[] = JSON.parse(row.granted_scopes);
  const missing = scopesOf(row).filter((scope) => !granted.includes(scope));
  if (missing.length === 0) {
    return seen(row.granted_at);
  }
  return confirmation && confirmation.at > row.granted_at
    ? confirmed(confirmation)
    : {
        ...NO_PROOF,
        kind: 'failed',
        at: row.granted_at,
        code: 'not_granted',
        reason: missing.join(', '),
      };
}
