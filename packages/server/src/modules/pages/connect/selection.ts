import type { TokenFacts } from '../../graph/index.ts';

/** Permissions without which nothing can be received. */
export const PAGE_SCOPES = ['pages_show_list', 'pages_messaging', 'pages_manage_metadata'] as const;

const PAGE_ID = /^[0-9A-Za-z_]{1,64}$/;

/** Which Pages the person ticked, as the token tells. */
export type Selection = {
  /** `all`: every Page, also later ones; a Page merely not found says nothing. */
  readonly pageIds: ReadonlySet<string> | 'all';
  /** Permissions that the person declined. Then nothing is removed. */
  readonly declined: readonly string[];
};

/**
 * `target_ids` name the Pages a permission covers. Where they are absent it covers all of them; a
 * permission missing as a whole was declined, which is neither all nor none.
 *
 * https://developers.facebook.com/docs/graph-api/reference/debug_token
 */
export function readSelection(facts: Pick<TokenFacts, 'scopes' | 'granularScopes'>): Selection {
  const { scopes, granularScopes } = facts;
  const entries = granularScopes ?? scopes.map((scope) => ({ scope, targetIds: undefined }));
  const ours = entries.filter(({ scope }) => PAGE_SCOPES.some((name) => name === scope));
  const declined = PAGE_SCOPES.filter((name) => !ours.some(({ scope }) => scope === name));
  const lists = ours.flatMap(({ targetIds }) => (targetIds === undefined ? [] : [targetIds]));
  const pageIds = lists.flat().filter((id) => PAGE_ID.test(id));
  return { pageIds: lists.length === 0 ? 'all' : new Set(pageIds), declined };
}
