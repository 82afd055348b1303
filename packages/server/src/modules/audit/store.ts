import type { AuditFilter } from '@chatgate/contract';
import { sql } from 'kysely';
import { type Database, type Executor, likePattern } from '../../platform/db/index.ts';
import type { AuditActor } from './types.ts';

/** What the chain covers; names nobody. */
export type LinkRow = {
  seq: number;
  id: string;
  at: number;
  actor_kind: AuditActor['kind'];
  action: string;
  subject_kind: string;
  gateway_id: string | null;
  /** JSON: the hash of each part of the detail. */
  parts: string;
  hmac: string;
};

/** What the hashes of a link stand for; can be erased. */
export type DetailRow = {
  seq: number;
  actor_id: string | null;
  actor_name: string | null;
  subject_id: string | null;
  subject_name: string | null;
  address: string | null;
  agent: string | null;
  before: string | null;
  after: string | null;
  search: string;
};

/** How entries were kept before names could be erased. */
export type FirstFormRow = Omit<LinkRow, 'parts'> & Omit<DetailRow, 'search' | 'address' | 'agent'>;

type Tables = {
  audit_link: LinkRow;
  audit_detail: DetailRow;
  audit_head: { name: 'head'; seq: number; hmac: string };
  audit_entry_first_form: FirstFormRow;
};

const tables = (db: Executor) => db.withTables<Tables>();

/** A number of our own for PostgreSQL's advisory lock: "aud" in ASCII. */
const CHAIN_LOCK = 0x617564;

/** The end of the chain, locked until the transaction ends so that two writers cannot fork it. */
export async function lockEnd(db: Database, tx: Executor): Promise<{ seq: number; hmac: string }> {
  if (db.engine === 'postgres') {
    await sql`select pg_advisory_xact_lock(${CHAIN_LOCK})`.execute(tx);
  }
  const last = await tables(tx)
    .selectFrom('audit_link')
    .select(['seq', 'hmac'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last ?? { seq: 0, hmac: '' };
}

export async function appendEntry(tx: Executor, link: LinkRow, detail: DetailRow): Promise<void> {
  await tables(tx).insertInto('audit_link').values(link).execute();
  await tables(tx).insertInto('audit_detail').values(detail).execute();
}

export async function writeHead(
  tx: Executor,
  { seq, hmac }: { seq: number; hmac: string },
): Promise<void> {
  await tables(tx)
    .insertInto('audit_head')
    .values({ name: 'head', seq, hmac })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ seq, hmac }))
    .execute();
}

export async function readHead(db: Executor): Promise<{ seq: number; hmac: string } | undefined> {
  return tables(db).selectFrom('audit_head').select(['seq', 'hmac']).executeTakeFirst();
}

export type Entry = { readonly link: LinkRow; readonly detail: DetailRow | undefined };

function joined(db: Executor) {
  return tables(db)
    .selectFrom('audit_link as l')
    .leftJoin('audit_detail as d', 'd.seq', 'l.seq')
    .select(['l.seq', 'l.id', 'l.at', 'l.actor_kind', 'l.action', 'l.subject_kind'])
    .select(['l.gateway_id', 'l.parts', 'l.hmac', 'd.seq as detail_seq', 'd.actor_id'])
    .select(['d.actor_name', 'd.subject_id', 'd.subject_name', 'd.address', 'd.agent'])
    .select(['d.before', 'd.after', 'd.search']);
}

type JoinedRow = Awaited<ReturnType<ReturnType<typeof joined>['execute']>>[number];

function toEntry(row: JoinedRow): Entry {
  const { seq, id, at, actor_kind, action, subject_kind, gateway_id, parts, hmac } = row;
  const { actor_id, actor_name, subject_id, subject_name, address, agent, before, after } = row;
  return {
    link: { seq, id, at, actor_kind, action, subject_kind, gateway_id, parts, hmac },
    detail:
      row.detail_seq === null
        ? undefined
        : {
            ...{ seq, actor_id, actor_name, subject_id, subject_name, address, agent },
            ...{ before, after, search: row.search ?? '' },
          },
  };
}

/** In the order of the chain. */
export async function readEntries(
  db: Executor,
  { after, limit }: { after: number; limit: number },
): Promise<Entry[]> {
  const rows = await joined(db).where('l.seq', '>', after).orderBy('l.seq').limit(limit).execute();
  return rows.map(toEntry);
}

/** Newest first. */
export async function selectEntries(
  db: Executor,
  { filter, below, limit }: { filter: AuditFilter; below: number | undefined; limit: number },
): Promise<Entry[]> {
  let query = joined(db);
  const equal = [
    ['d.actor_id', filter.actorId],
    ['l.subject_kind', filter.subjectKind],
    ['d.subject_id', filter.subjectId],
    ['l.gateway_id', filter.gatewayId],
  ] as const;
  for (const [column, value] of equal) {
    query = value === undefined ? query : query.where(column, '=', value);
  }
  if (filter.action !== undefined) {
    query = filter.action.endsWith('*')
      ? query.where('l.action', 'like', `${filter.action.slice(0, -1).replace(/[\\%_]/g, '')}%`)
      : query.where('l.action', '=', filter.action);
  }
  query = filter.from === undefined ? query : query.where('l.at', '>=', filter.from);
  query = filter.to === undefined ? query : query.where('l.at', '<', filter.to);
  if (filter.search !== undefined && filter.search.trim() !== '') {
    query = query.where(sql<boolean>`d.search like ${likePattern(filter.search)} escape '\\'`);
  }
  query = below === undefined ? query : query.where('l.seq', '<', below);
  const rows = await query.orderBy('l.seq', 'desc').limit(limit).execute();
  return rows.map(toEntry);
}

export async function selectActions(db: Executor): Promise<string[]> {
  const rows = await tables(db)
    .selectFrom('audit_link')
    .select('action')
    .distinct()
    .orderBy('action')
    .execute();
  return rows.map(({ action }) => action);
}

/** Everybody who ever did something, under the name of the last time. */
export async function selectActors(
  db: Executor,
): Promise<{ kind: AuditActor['kind']; id: string | null; name: string | null }[]> {
  return tables(db)
    .selectFrom('audit_detail as d')
    .innerJoin('audit_link as l', 'l.seq', 'd.seq')
    .select(['l.actor_kind as kind', 'd.actor_id as id', 'd.actor_name as name'])
    .where('d.seq', 'in', (eb) =>
      eb
        .selectFrom('audit_detail')
        .select(({ fn }) => fn.max('seq').as('seq'))
        .where('actor_id', 'is not', null)
        .groupBy('actor_id'),
    )
    .orderBy('d.actor_name')
    .execute();
}

type Naming = {
  readonly inColumns: readonly string[];
  readonly inValues: readonly string[];
  readonly gatewayId: string | undefined;
};

/** Details about one of the ids, or in whose values one of the texts stands as a whole. */
export async function selectDetailsNaming(
  tx: Executor,
  { inColumns, inValues, gatewayId }: Naming,
): Promise<(DetailRow & { action: string })[]> {
  const patterns = inValues.map((text) => `%${JSON.stringify(text).replace(/[\\%_]/g, '\\$&')}%`);
  let query = tables(tx)
    .selectFrom('audit_detail')
    .innerJoin('audit_link', 'audit_link.seq', 'audit_detail.seq')
    .selectAll('audit_detail')
    .select('audit_link.action')
    .where((eb) =>
      eb.or([
        eb('actor_id', 'in', inColumns),
        eb('subject_id', 'in', inColumns),
        ...patterns.flatMap((pattern) => [
          sql<boolean>`before like ${pattern} escape '\\'`,
          sql<boolean>`after like ${pattern} escape '\\'`,
        ]),
      ]),
    );
  query = gatewayId === undefined ? query : query.where('gateway_id', '=', gatewayId);
  return query.orderBy('audit_detail.seq').execute();
}

export async function rewriteDetail(tx: Executor, { seq, ...set }: DetailRow): Promise<void> {
  await tables(tx).updateTable('audit_detail').set(set).where('seq', '=', seq).execute();
}

export async function readFirstForm(
  tx: Executor,
  { after, limit }: { after: number; limit: number },
): Promise<FirstFormRow[]> {
  return tables(tx)
    .selectFrom('audit_entry_first_form')
    .selectAll()
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit)
    .execute();
}

export async function dropFirstForm(tx: Executor): Promise<void> {
  await tables(tx).deleteFrom('audit_entry_first_form').execute();
}
