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
  type GrantWithName,
  setActive,
  setGrantState,
  setGrantsValid,
} from '../grant-store.ts';
import { findPages, lockRegistry } from '../store.ts';
import { type Held, readHeld } from '../subscription/held.ts';
import { type SeenPage, setActual } from '../subscription/store.ts';
import { grantPlace, type PageRow, sortable } from '../tables.ts';
import { type AtMeta, whatLeft } from '../what-left.ts';

type Reading = {
  readonly app: GatewayApp;
  readonly pageIds: readonly string[];
  readonly grants?: 'all' | 'active';
};

/** A proof of every grant, and the name and picture of the Page as the best of them sees it. */
type Checked = {
  readonly page: PageRow;
  readonly grants: readonly { readonly grant: GrantWithName; readonly held: Held }[];
  readonly node: BatchResult<PageNode> | undefined;
};

const FIELDS = 'id,name,category,link,picture{url},is_published';

/**
 * Reads some Pages again: name, picture, subscription and every grant, or only the active ones. Shows what is true; removes
 * nothing and changes nothing at Meta. Gives the first problem that made the reading incomplete.
 */
export async function refreshPages(
  deps: PagesDeps,
  reading: Reading,
): Promise<MetaProblem | undefined> {
  const { app, pageIds } = reading;
  const { db, clock } = deps;
  const gatewayId = app.id;
  const readAt = clock.now();
  const checked = await checkAtMeta(deps, { ...reading, pageIds });
  const seen = checked.map(toSeen);
  await db.transaction(async (tx) => {
    await lockRegistry(db, tx, gatewayId);
    await setActual(tx, { gatewayId, at: readAt, seen });
    await storeGrants(deps, tx, { gatewayId, checked, at: readAt });
  });
  // That a Page is gone, or merged, was read; it is no failure to read.
  const failed = seen.find(({ problem, atMeta }) => problem !== null && !atMeta)?.problem;
  return failed ? (JSON.parse(failed) as MetaProblem) : undefined;
}

async function checkAtMeta(
  { db, seal, graph }: PagesDeps,
  { app, pageIds, grants: which = 'all' }: Reading,
): Promise<Checked[]> {
  const gatewayId = app.id;
  const pages = await findPages(db.read, { gatewayId, pageIds });
  const all = await findGrants(db.read, { gatewayId, pageIds });
  const grants = which === 'all' ? all : all.filter(({ active }) => active === 1);
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
      ...(node?.kind === 'ok'
        ? { facts: factsOf(node.body, page), atMeta: publishedOf(node.body) }
        : {}),
    };
  }
  const left = goneOf(grants);
  if (left) {
    const problem = JSON.stringify(left.problem);
    return { pageId, actual: 'off', fields: [], otherFields: [], problem, atMeta: left.atMeta };
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

const publishedOf = (node: PageNode): AtMeta => ({
  state: node.is_published === false ? 'unpublished' : 'published',
  mergedInto: null,
});

/** Set when Meta says that the Page itself is not there any more. */
function goneOf(grants: Checked['grants']): { atMeta: AtMeta; problem: MetaProblem } | undefined {
  for (const { held } of grants) {
    const atMeta = held.kind === 'refused' ? whatLeft(held.error) : undefined;
    if (held.kind === 'refused' && atMeta) {
      return { atMeta, problem: held.error.problem() };
    }
  }
  return undefined;
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
    // A Page that is gone says nothing about anyone's access.
    if (held.kind === 'refused' && !whatLeft(held.error)) {
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
