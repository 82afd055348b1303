import type { SaveDeps } from './deps.ts';
import type { Contrary } from './set-up-lines.ts';
import { type GatewayRow, noteOnGateway } from './store.ts';

/** Something that was seen of the app's settings at Meta. */
export type SetUpEvidence =
  | { readonly line: 'webhook'; readonly works: boolean }
  | { readonly line: 'deauthorize_url' | 'data_deletion_url'; readonly works: false }
  | { readonly line: 'permissions'; readonly granted: readonly string[] };

/** Keeps it for *Set up at Meta*, and shows it at once where the panel is open. */
export async function noteSetUp(
  deps: SaveDeps,
  gatewayId: string,
  evidence: SetUpEvidence,
): Promise<void> {
  const columns = columnsOf(evidence, deps.clock.now());
  await deps.db.transaction((tx) => noteOnGateway(tx, gatewayId, columns));
  deps.onChanged(gatewayId);
}

function columnsOf(evidence: SetUpEvidence, at: number): Partial<GatewayRow> {
  const problem = (code: Contrary['code'], reason: string) =>
    JSON.stringify({ at, code, reason } satisfies Contrary);
  switch (evidence.line) {
    case 'webhook':
      return evidence.works
        ? { handshake_at: at, handshake_problem: null }
        : { handshake_problem: problem('verify_token', 'It carried another verify token.') };
    case 'deauthorize_url':
      return { deauthorize_problem: problem('signature', UNSIGNED) };
    case 'data_deletion_url':
      return { data_deletion_problem: problem('signature', UNSIGNED) };
    case 'permissions':
      return { granted_scopes: JSON.stringify(evidence.granted), granted_at: at };
  }
}

const UNSIGNED = 'It was not signed with the App secret of this gateway.';
