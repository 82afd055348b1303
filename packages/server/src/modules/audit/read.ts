import type { AuditChoices, AuditFilter, AuditList, AuditRecord } from '@chatgate/contract';
import { type Executor, encodeCursor } from '../../platform/db/index.ts';
import { CSV_HEAD, csvLine } from './csv.ts';
import { type Entry, selectActions, selectActors, selectEntries } from './store.ts';

const EXPORT_BATCH = 500;

export async function list(
  db: Executor,
  { filter, below, limit }: { filter: AuditFilter; below: number | undefined; limit: number },
): Promise<AuditList> {
  const entries = await selectEntries(db, { filter, below, limit: limit + 1 });
  const shown = entries.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(show),
    nextCursor: last && entries.length > limit ? encodeCursor([last.link.seq]) : null,
  };
}

/** The lines of the file, read from the database as fast as they are taken. */
export async function* exportCsv(db: Executor, filter: AuditFilter): AsyncGenerator<string> {
  yield CSV_HEAD;
  let below: number | undefined;
  for (;;) {
    const entries = await selectEntries(db, { filter, below, limit: EXPORT_BATCH });
    if (entries.length > 0) {
      yield entries.map((entry) => csvLine(show(entry))).join('');
    }
    below = entries.at(-1)?.link.seq;
    if (entries.length < EXPORT_BATCH) {
      return;
    }
  }
}

export async function choices(db: Executor): Promise<AuditChoices> {
  const [actions, actors] = await Promise.all([selectActions(db), selectActors(db)]);
  return {
    actions,
    actors: actors.flatMap(({ kind, id, name }) =>
      id === null ? [] : [{ kind, id, name: name ?? id }],
    ),
  };
}

function show({ link, detail }: Entry): AuditRecord {
  const read = (text: string | null | undefined): unknown => (text ? JSON.parse(text) : null);
  return {
    seq: link.seq,
    id: link.id,
    at: link.at,
    actor: {
      kind: link.actor_kind,
      id: detail?.actor_id ?? null,
      name: detail?.actor_name ?? null,
    },
    origin: { address: detail?.address ?? null, agent: detail?.agent ?? null },
    action: link.action,
    subject: {
      kind: link.subject_kind,
      id: detail?.subject_id ?? null,
      name: detail?.subject_name ?? null,
    },
    gatewayId: link.gateway_id,
    before: read(detail?.before),
    after: read(detail?.after),
  };
}
