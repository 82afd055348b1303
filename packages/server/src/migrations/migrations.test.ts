import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { dedupeKey } from '../modules/ingest/dedupe-key.ts';
import { testDatabase } from '../test-support/database.ts';
import { keysByTime } from './0022-keys-by-time.ts';

test('keys of events that are here get the time that their copies will have', async () => {
  const db = await testDatabase();
  const element = { timestamp: 1_795_350_000_500, message: { mid: 'm_1' } };
  const event = (id: string, key: string, sentAt: number | null) => sql`
    insert into event (id, gateway_id, page_id, kind, dedupe_key, state, copies, standby,
      sent_at, received_at, raw)
    values (${id}, 'gw_1', '1001', 'message', ${key}, 'recorded', 1, 0, ${sentAt}, 1, '')`;
  await db.transaction(async (tx) => {
    await sql`drop index event_identity`.execute(tx);
    await sql`create unique index event_dedupe on event (gateway_id, page_id, dedupe_key)`.execute(
      tx,
    );
    await event('ev_1', 'm m_1', element.timestamp).execute(tx);
    await event('ev_2', 'h some-hash', null).execute(tx);
    await event('ev_3', 'x some-hash', element.timestamp).execute(tx);
    await keysByTime.up(tx);
  });
  const { rows } = await sql<{ key: string }>`
    select dedupe_key as key from event order by id`.execute(db.read);
  expect(rows.map(({ key }) => key)).toEqual([
    dedupeKey('message', element),
    'h some-hash',
    'x some-hash',
  ]);
});
