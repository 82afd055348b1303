import { sql } from 'kysely';
import type { Executor } from '../../../platform/db/index.ts';
import type { EventRow } from '../store.ts';

type Tables = { event: EventRow };

/** What an event leaves behind: its key, so that Meta sending it again finds it, and no body. */
const TOMBSTONE = {
  state: 'ignored',
  reason: 'erased',
  raw: '',
  conversation_id: null,
  seq: null,
  trace: null,
} as const;

/** Erases the recorded events of a conversation, some at a time; gives their ids. */
export async function entombRecorded(
  tx: Executor,
  { conversationId, limit }: { conversationId: string; limit: number },
): Promise<string[]> {
  const rows = await tx
    .withTables<Tables>()
    .updateTable('event')
    .set(TOMBSTONE)
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('event')
        .select('id')
        .where('conversation_id', '=', conversationId)
        .limit(limit),
    )
    .returning('id')
    .execute();
  return rows.map(({ id }) => id);
}

/** Erases the events of a person that belong to no conversation (yet). */
export async function entombUnrecorded(
  tx: Executor,
  { gatewayId, pageId, idAtMeta }: { gatewayId: string; pageId: string; idAtMeta: string },
): Promise<void> {
  const forms = formsOf(idAtMeta);
  // One statement per state: each finds its partial index by the literal.
  for (const state of ['new', 'parked', 'ignored'] as const) {
    await tx
      .withTables<Tables>()
      .updateTable('event')
      .set(TOMBSTONE)
      .where('state', '=', sql.lit(state))
      .where('gateway_id', '=', gatewayId)
      .where('page_id', '=', pageId)
      // Not `like`: on SQLite it takes `Ref` for `ref`, and another person's events with it.
      .where((eb) => eb.or(forms.map((form) => sql<boolean>`replace(raw, ${form}, '') <> raw`)))
      .execute();
  }
}

/**
 * How an id may stand in an element. Meta writes some as bare numbers; these are told from any other
 * number by their key and by what ends them. Elements are kept as `JSON.stringify` prints them.
 */
function formsOf(idAtMeta: string): string[] {
  const bare = /^\d+$/.test(idAtMeta)
    ? ['id', 'user_ref'].flatMap((key) => [`"${key}":${idAtMeta},`, `"${key}":${idAtMeta}}`])
    : [];
  return [JSON.stringify(idAtMeta), ...bare];
}

/**
 * Deletes settled events whose id is older than another one would be now; gives the ids. By id,
 * because ids begin with the time they were made and are the order of the table.
 */
export async function deleteOld(
  tx: Executor,
  { gatewayId, beforeId, limit }: { gatewayId: string; beforeId: string; limit: number },
): Promise<string[]> {
  const rows = await tx
    .withTables<Tables>()
    .deleteFrom('event')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('event')
        .select('id')
        .where('id', '<', beforeId)
        .where('gateway_id', '=', gatewayId)
        .where('state', '<>', 'new')
        .orderBy('id')
        .limit(limit),
    )
    .returning('id')
    .execute();
  return rows.map(({ id }) => id);
}
