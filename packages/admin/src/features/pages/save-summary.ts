import type { ChangePagesResult } from '@chatgate/contract';

export type SaveSummary =
  | { readonly kind: 'all' }
  | {
      readonly kind: 'refused_by_meta' | 'refused';
      readonly saved: number;
      readonly refused: number;
    };

/** "Data saved" only when every row that was asked for was confirmed. */
export function summaryOf(
  asked: readonly string[],
  results: ChangePagesResult['results'],
): SaveSummary {
  const byPage = new Map(results.map((result) => [result.pageId, result]));
  const failed = asked.filter((pageId) => byPage.get(pageId)?.ok !== true);
  if (failed.length === 0) return { kind: 'all' };
  const byMeta = failed.every((pageId) => {
    const code = byPage.get(pageId)?.error?.code;
    return code !== 'conflict' && code !== 'not_found';
  });
  return {
    kind: byMeta ? 'refused_by_meta' : 'refused',
    saved: asked.length - failed.length,
    refused: failed.length,
  };
}
