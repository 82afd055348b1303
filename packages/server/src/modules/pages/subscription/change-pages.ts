import type { ChangePages, ChangePagesResult } from '@chatgate/contract';
import { AppError } from '../../../platform/errors.ts';
import type { AuditActor, AuditEntry } from '../../audit/index.ts';
import type { PagesDeps } from '../deps.ts';
import { findPages, inChunks, lockRegistry } from '../store.ts';
import type { PageRow } from '../tables.ts';
import { applyReceiving } from './apply-receiving.ts';
import { setWanted } from './store.ts';

type Change = ChangePages['changes'][number];
type Result = ChangePagesResult['results'][number];

/**
 * Applies switches. What is wanted is stored first and stays, whatever Meta then says; `ok` means
 * that reading Meta again confirmed it.
 */
export async function changePages(
  deps: PagesDeps,
  {
    gatewayId,
    changes,
    actor,
  }: { gatewayId: string; changes: readonly Change[]; actor: AuditActor },
): Promise<ChangePagesResult> {
  if (new Set(changes.map(({ pageId }) => pageId)).size < changes.length) {
    throw new AppError('invalid', 'A Page may be named once only.');
  }
  const app = await deps.gateways.loadApp(gatewayId);
  const refused = new Map<string, Result>();
  for (const some of inChunks(changes)) {
    for (const result of await storeWishes(deps, { gatewayId, changes: some, actor })) {
      refused.set(result.pageId, result);
    }
  }
  const accepted = changes.filter(({ pageId }) => !refused.has(pageId));
  const startedAt = deps.clock.now();
  const applied = await applyReceiving(deps, {
    app,
    pageIds: accepted.map(({ pageId }) => pageId),
  }).finally(() => deps.live.publish({ type: 'pages.changed', gatewayId }));
  const results = changes.map(({ pageId }): Result => {
    const outcome = applied.get(pageId);
    if (outcome?.ok) {
      return { pageId, ok: true };
    }
    const early = refused.get(pageId) ?? notFound(pageId);
    if (!outcome) {
      return early;
    }
    const { code, message, problem } = outcome;
    return { pageId, ok: false, error: { code, message, ...(problem ? { problem } : {}) } };
  });
  deps.log.info(
    {
      gatewayId,
      asked: changes.length,
      confirmed: results.filter(({ ok }) => ok).length,
      ms: deps.clock.now() - startedAt,
    },
    'receiving.switched',
  );
  return { results };
}

const notFound = (pageId: string): Result => ({
  pageId,
  ok: false,
  error: { code: 'not_found', message: 'This Page is not connected any more.' },
});

/** Gives the changes that were not accepted. */
async function storeWishes(
  { db, clock, audit }: PagesDeps,
  {
    gatewayId,
    changes,
    actor,
  }: { gatewayId: string; changes: readonly Change[]; actor: AuditActor },
): Promise<Result[]> {
  return db.transaction(async (tx) => {
    await lockRegistry(db, tx, gatewayId);
    const pageIds = changes.map(({ pageId }) => pageId);
    const pages = await findPages(tx, { gatewayId, pageIds });
    const byId = new Map(pages.map((page) => [page.page_id, page]));
    const refused: Result[] = [];
    const entries: AuditEntry[] = [];
    for (const change of changes) {
      const page = byId.get(change.pageId);
      const refusal = page ? conflictOf(page, change) : notFound(change.pageId);
      if (!page || refusal) {
        refused.push(refusal ?? notFound(change.pageId));
      } else if ((page.wanted === 1) !== change.receiving) {
        await setWanted(tx, {
          gatewayId,
          pageId: change.pageId,
          version: page.version,
          wanted: change.receiving,
          at: clock.now(),
          by: actor.name,
        });
        entries.push({
          actor,
          action: 'page.receiving_switched',
          subject: { kind: 'page', id: page.page_id, name: page.name },
          gatewayId,
          before: { receiving: page.wanted === 1 },
          after: { receiving: change.receiving },
        });
      }
    }
    await audit.record(tx, ...entries);
    return refused;
  });
}

/** Somebody else's hand was at the switch, and it stands otherwise than this change wants it. */
function conflictOf(page: PageRow, { pageId, version, receiving }: Change): Result | undefined {
  const isSameWish = (page.wanted === 1) === receiving;
  if (version === undefined || version === page.version || isSameWish) {
    return undefined;
  }
  return {
    pageId,
    ok: false,
    error: {
      code: 'conflict',
      message: 'Somebody else changed this Page meanwhile.',
      ...(page.wanted_changed_by === null ? {} : { changedBy: page.wanted_changed_by }),
      ...(page.wanted_changed_at === null ? {} : { changedAt: page.wanted_changed_at }),
    },
  };
}
