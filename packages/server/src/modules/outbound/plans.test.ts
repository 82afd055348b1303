import { CompiledQuery, type KyselyPlugin, type RootOperationNode } from 'kysely';
import { beforeAll, expect, test } from 'vitest';
import type { Database, Executor } from '../../platform/db/index.ts';
import { testDatabase } from '../../test-support/database.ts';
import { findSendable } from './send/store.ts';
import { allowNextPart, findFromPart } from './store.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
}, 60_000);

/** How SQLite goes about the statements of `work`, which it decides without knowing any rows. */
async function planOf(work: (tx: Executor) => Promise<unknown>): Promise<string> {
  const nodes: RootOperationNode[] = [];
  const recorder: KyselyPlugin = {
    transformQuery({ node }) {
      nodes.push(node);
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  return db.transaction(async (tx) => {
    await work(tx.withPlugin(recorder));
    const lines: string[] = [];
    for (const node of nodes) {
      const { sql, parameters } = tx.getExecutor().compileQuery(node, { queryId: 'plan' });
      const explained = CompiledQuery.raw(`explain query plan ${sql}`, [...parameters]);
      const { rows } = await tx.executeQuery<{ detail: string }>(explained);
      lines.push(...rows.map(({ detail }) => detail));
    }
    return lines.join('\n');
  });
}

test('what is asked of replies with every echo and every call reads no reply that is long done', async (context) => {
  context.skip(db.engine !== 'sqlite', 'PostgreSQL plans by the rows that are there');
  const row = { request_id: 'rq_1', part: 1 };
  for (const work of [allowNextPart, findFromPart]) {
    expect(await planOf((tx) => work(tx, row))).toMatch(
      /^SEARCH reply USING INDEX reply_of_request /,
    );
  }
  const sendable = await planOf((tx) => findSendable(db, tx, { now: 1, isMedia: 0, limit: 9 }));
  expect(sendable).toContain('SEARCH reply USING INDEX reply_due ');
  expect(sendable).toContain('SEARCH earlier USING INDEX reply_open ');
  expect(sendable).toContain('SEARCH lost USING INDEX reply_of_request ');
  expect(sendable).not.toContain('SCAN');
});
