import type { MetaProblem } from '@chatgate/contract';
import type { PageNode } from '@chatgate/meta-protocol';
import type { Executor } from '../../../platform/db/index.ts';
import { metaActor } from '../../audit/index.ts';
import type { GatewayApp } from '../../gateways/index.ts';
import { asPageToken, type BatchResult, type PageToken } from '../../graph/index.ts';
import { chooseSuccessor } from '../connect/decide-reconcile.ts';
import { PageNodeSchema, toFacts } from '../connect/page-reading.ts';
import { credentialsOf, type PagesDeps } from '../deps.ts';
import {
  findGrants,
  findPages,
  type GrantWithName,
  lockRegistry,
  setActive,
  setGrantState,
  setGrantsValid,
} from '../store.ts';
import { type Held, readHeld } from '../subscription/held.ts';
import { type SeenPage, setActual } from '../subscription/store.ts';
import { grantPlace, type PageRow, sortable } from '../tables.ts';

/** A proof of every grant, and the name and picture of the Page as the best of them sees it. */
type Checked = {
  readonly page: PageRow;
  readonly grants: readonly { readonly grant: GrantWithName; readonly held: Held }[];
  readonly node: BatchResult<PageNode> | undefined;
};

const FIELDS = 'id,name,category,link,picture{url}';

/**
 * Reads some Pages again: name, picture, subscription and every grant. Shows what is true; removes
 * nothing and changes nothing at Meta. Gives the first problem that made the reading incomplete.
 */
export async function refreshPages(
  deps: PagesDeps,
  { app, pageIds }: { app: GatewayApp; pageIds: readonly string[] },
): Promise<MetaProblem | undefined> {
  const { db, clock } = deps;
  const gatewayId = app.id;
  const readAt = clock.now();
  const checked = await checkAtMeta(deps, { app, pageIds });
  const seen = checked.map(toSeen);
  await db.transaction(async (tx) => {
    await lockRegistry(db, tx, gatewayId);
    await setActual(tx, { gatewayId, at: readAt, seen });
    await storeGrants(deps, tx, { gatewayId, checked, at: readAt });
  });
  const failed = seen.find(({ problem }) => problem !== null)?.problem;
  return failed ? (JSON.parse(failed) as MetaProblem) : undefined;
}

async function checkAtMeta(
  { db, seal, graph }: PagesDeps,
  { app, pageIds }: { app: GatewayApp; pageIds: readonly string[] },
): Promise<Checked[]> {
  const gatewayId = app.id;
  const pages = await findPages(db.read, { gatewayId, pageIds });
  const grants = await findGrants(db.read, { gatewayId, pageIds });
  const open = (grant: GrantWithName): PageToken =>
    asPageToken(seal.open(grant.token, grantPlace(grant)).reveal());
  const targets = grants.map((grant) => ({ pageId: grant.page_id, token: open(grant), grant }));
  const caller = graph.asApp(credentialsOf(app));
  const held = await readHeld(caller, { appId: app.appId, targets });
  const proofs = targets.flatMap(({ grant }, index) => {
    const one = held[index];
    return one ? [{ grant, held: one }] : [];
  });
  const byPage = Map.groupBy(proofs, ({ grant }) => grant.page_id);
  const readable = pages.flatMap((page) => {
    const best = byPage.get(page.page_id)?.find((proof) => proof.held.kind === 'held');
    return best ? [{ id: page.page_id, token: open(best.grant) }] : [];
  });
  const nodes = await caller.batch(
    readable.map(({ id, token }) => ({
      method: 'GET',
      path: id,
      token,
      params: { fields: FIELDS },
    })),
    PageNodeSchema,
  );
  const nodeOf = new Map(readable.map(({ id }, index) => [id, nodes[index]]));
  return pages.map((page) => ({
    page,
    grants: byPage.get(page.page_id) ?? [],
    node: nodeOf.get(page.page_id),
  }));
}

function toSeen({ page, grants, node }: Checked): SeenPage {
  const pageId = page.page_id;
  const proof = grants.find(({ held }) => held.kind === 'held')?.held;
  if (proof?.kind === 'held') {
    return {
      pageId,
      ...proof.subscription,
      problem: null,
      ...(node?.kind === 'ok' ? { facts: factsOf(node.body, page) } : {}),
    };
  }
  // Nobody could read it. That a grant is dead is shown at the grant; anything else is a failed check.
  const unanswered = grants.find(({ held }) => held.kind === 'unknown')?.held;
  const error = unanswered?.kind === 'unknown' ? unanswered.error : undefined;
  const problem = unanswered ? (error?.problem() ?? { message: 'Not readable.' }) : null;
  return {
    pageId,
    actual: undefined,
    fields: [],
    otherFields: [],
    problem: problem && JSON.stringify(problem),
  };
}

function factsOf(node: PageNode, page: PageRow): NonNullable<SeenPage['facts']> {
  const facts = toFacts(node);
  const name = node.name ?? page.name;
  return {
    name,
    sortName: sortable(name),
    pictureUrl: facts.pictureUrl ?? page.picture_url,
    link: facts.link ?? page.link,
    category: facts.category ?? page.category,
  };
}

async function storeGrants(
  { audit }: PagesDeps,
  tx: Executor,
  { gatewayId, checked, at }: { gatewayId: string; checked: readonly Checked[]; at: number },
): Promise<void> {
  const proofs = checked.flatMap(({ grants }) => grants);
  const valid = proofs.filter(({ held }) => held.kind === 'held');
  await setGrantsValid(tx, { ids: valid.map(({ grant }) => grant.id), checkedAt: at });
  for (const { grant, held } of proofs) {
    if (held.kind === 'refused') {
      const problem = JSON.stringify(held.error.problem());
      await setGrantState(tx, { id: grant.id, state: 'invalid', problem, checkedAt: at });
    }
  }
  for (const { page, grants } of checked) {
    const active = grants.find(({ grant }) => grant.active === 1);
    const next = active?.held.kind === 'refused' ? chooseNext(grants) : undefined;
    if (active && next) {
      await setActive(tx, { gatewayId, pageId: page.page_id, accountId: next.account_id });
      await audit.record(tx, {
        actor: metaActor,
        action: 'grant.failed_over',
        subject: { kind: 'page', id: page.page_id, name: page.name },
        gatewayId,
        before: { account: active.grant.account_name },
        after: { account: next.account_name },
      });
    }
  }
}

function chooseNext(grants: Checked['grants']): GrantWithName | undefined {
  const valid = grants
    .filter(({ held }) => held.kind === 'held')
    .map(({ grant }) => ({ grant, tokenState: 'valid' as const }));
  return chooseSuccessor(valid)?.grant;
}
