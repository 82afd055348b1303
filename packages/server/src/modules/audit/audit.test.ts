import { createHmac } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import { createIds } from '../../platform/ids.ts';
import { systemRandom } from '../../platform/random.ts';
import { testDatabase } from '../../test-support/database.ts';
import { type Audit, type AuditEntry, createAudit, metaActor, systemActor } from './index.ts';

const clock = { now: () => 1_795_350_000_000 };
const chainKey = Buffer.alloc(32, 7);
let db: Database;
let audit: Audit;

beforeEach(async () => {
  db = await testDatabase();
  const ids = createIds({ clock, random: systemRandom });
  audit = createAudit({ db, clock, ids, chainKey });
});

const entry = (id: string): AuditEntry => ({
  actor: systemActor,
  action: 'gateway.changed',
  subject: { kind: 'gateway', id },
  before: { name: 'a' },
  after: { name: 'b' },
});

const tamper = (...statements: RawBuilder<unknown>[]) =>
  db.transaction(async (tx) => {
    for (const statement of statements) {
      await statement.execute(tx);
    }
  });

const found = async () => (await audit.verify()).findings.map(({ seq, kind }) => [seq, kind]);

test('an untouched chain verifies, whoever wrote at the same time', async () => {
  await Promise.all(
    Array.from({ length: 8 }, (_unused, n) =>
      db.transaction((tx) => audit.record(tx, entry(`g${n}`), entry(`h${n}`))),
    ),
  );
  expect(await audit.verify()).toMatchObject({ entries: 16, findings: [], end: { seq: 16 } });
});

describe('whoever owns the database, but not the key, is found out', () => {
  beforeEach(() =>
    db.transaction((tx) => audit.record(tx, entry('1'), entry('2'), entry('3'), entry('4'))),
  );

  test.each([
    ['action', sql`update audit_link set action = 'x.y' where seq = 2`, [[2, 'altered']]],
    ['time', sql`update audit_link set at = 5 where seq = 3`, [[3, 'altered']]],
    ['value', sql`update audit_detail set after = '{}' where seq = 2`, [[2, 'part_altered']]],
    ['actor', sql`update audit_detail set actor_name = 'Eve' where seq = 4`, [[4, 'part_altered']]],
    ['address', sql`update audit_detail set address = '::1' where seq = 1`, [[1, 'part_altered']]],
  ])('a changed %s is named', async (_what, statement, findings) => {
    await tamper(statement);
    expect(await found()).toEqual(findings);
  });

  test('what the entry says now is said', async () => {
    await tamper(sql`update audit_detail set subject_name = 'Eve' where seq = 2`);
    const [finding] = (await audit.verify()).findings;
    expect(finding?.says).toContain('gateway.changed, gateway "Eve", by system "Chatgate"');
  });

  test('a hash that was made to fit its value does not fit the chain', async () => {
    await tamper(
      sql`update audit_detail set after = (select after from audit_detail where seq = 3), seq = 9 where seq = 2`,
      sql`update audit_link set parts = (select parts from audit_link where seq = 3) where seq = 2`,
    );
    expect(await found()).toContainEqual([2, 'altered']);
  });

  test('a removed entry is named, in the middle and at the end', async () => {
    await tamper(
      sql`delete from audit_link where seq = 2`,
      sql`delete from audit_link where seq = 4`,
    );
    expect(await found()).toEqual([
      [2, 'missing'],
      [4, 'end_missing'],
    ]);
  });

  test('a removed detail is no erasure', async () => {
    await tamper(sql`delete from audit_detail where seq = 2`);
    expect(await found()).toEqual(Array.from({ length: 5 }, () => [2, 'part_altered']));
  });

  test('an inserted entry is named', async () => {
    await tamper(
      sql`insert into audit_link select 5, 'au_x', at, actor_kind, 'forged.entry', subject_kind,
        gateway_id, parts, hmac from audit_link where seq = 4`,
    );
    expect(await found()).toContainEqual([5, 'altered']);
  });

  test('two entries that changed places are both named', async () => {
    for (const table of ['audit_link', 'audit_detail']) {
      const name = sql.table(table);
      await tamper(
        sql`update ${name} set seq = 99 where seq = 2`,
        sql`update ${name} set seq = 2 where seq = 3`,
        sql`update ${name} set seq = 3 where seq = 99`,
      );
    }
    const numbers = (await found()).filter(([, kind]) => kind === 'altered').map(([seq]) => seq);
    expect(numbers).toEqual(expect.arrayContaining([2, 3]));
  });

  test('the signed end cannot be moved back', async () => {
    await tamper(
      sql`delete from audit_link where seq = 4`,
      sql`delete from audit_detail where seq = 4`,
      sql`update audit_head set seq = 3`,
    );
    expect(await found()).toEqual([[3, 'head_altered']]);
  });
});

describe('a name can be erased', () => {
  const olena = { id: '5001', name: 'Olena Kovalenko' };
  const aboutOlena: AuditEntry = {
    actor: metaActor,
    action: 'account.deauthorized',
    subject: { kind: 'account', ...olena },
    gatewayId: 'gw_1',
    after: { account: olena, others: ['Taras'], note: 'not Olena Kovalenko alone' },
  };
  const erase = () =>
    db.transaction((tx) =>
      audit.erase(tx, {
        ids: [olena.id],
        names: [olena.name],
        gatewayId: 'gw_1',
        replacement: 'hash-of-olena',
      }),
    );
  const rows = async () =>
    JSON.stringify((await sql`select * from audit_detail order by seq`.execute(db.read)).rows);

  test('in every part that has it, and the chain still verifies', async () => {
    const elsewhere = { ...aboutOlena, gatewayId: 'gw_2' };
    const aPage: AuditEntry = {
      ...entry('2'),
      subject: { kind: 'page', id: '7', name: olena.name },
    };
    await db.transaction((tx) => audit.record(tx, aboutOlena, elsewhere, aPage));
    await erase();
    expect(await audit.verify()).toMatchObject({ entries: 4, findings: [] });
    const { rows: details } = await sql<Record<string, string>>`
      select * from audit_detail order by seq`.execute(db.read);
    expect(details[0]).toMatchObject({ subject_id: 'hash-of-olena', subject_name: null });
    expect(JSON.parse(details[0]?.['after'] ?? '')).toMatchObject({
      account: { id: 'hash-of-olena', name: 'hash-of-olena' },
      others: ['Taras'],
    });
    expect(details[0]?.['search']).not.toContain('olena kovalenko');
    expect(details[1]).toMatchObject({ subject_id: '5001' });
    expect(details[2]).toMatchObject({ subject_name: olena.name });
  });

  test('a second time without another entry', async () => {
    await db.transaction((tx) => audit.record(tx, aboutOlena));
    await erase();
    await erase();
    expect(await audit.verify()).toMatchObject({ entries: 2, findings: [] });
    expect(await rows()).not.toContain('5001');
  });

  test('and an erased part that is changed again is tampering', async () => {
    await db.transaction((tx) => audit.record(tx, aboutOlena));
    await erase();
    await tamper(sql`update audit_detail set subject_name = 'Taras' where seq = 1`);
    expect(await found()).toEqual([[1, 'part_altered']]);
  });
});

describe('a log of the first form is taken over', () => {
  /** As the first release signed it. */
  async function insertFirstForm(name: string, seq: number, previous: string): Promise<string> {
    const row = [`au_${seq}`, 5, 'system', null, 'Chatgate', 'user.created', 'user', 'u', name];
    const signed = [previous, seq, ...row, null, null, null];
    const hmac = createHmac('sha256', chainKey).update(JSON.stringify(signed)).digest('base64url');
    const values = sql.join([seq, ...row, null, null, null, hmac]);
    await tamper(sql`insert into audit_entry_first_form values (${values})`);
    return hmac;
  }

  beforeEach(async () => {
    await insertFirstForm('Ben', 2, await insertFirstForm('Ada', 1, ''));
  });

  test('with its times, and only once', async () => {
    await audit.takeOver();
    await audit.takeOver();
    expect(await audit.verify()).toMatchObject({ entries: 2, findings: [] });
    const { rows } = await sql`select at, subject_name from audit_entry order by seq`.execute(
      db.read,
    );
    expect(rows).toEqual([
      { at: 5, subject_name: 'Ada' },
      { at: 5, subject_name: 'Ben' },
    ]);
  });

  test('and what was altered in it stays found for ever', async () => {
    await tamper(sql`update audit_entry_first_form set subject_name = 'Eve' where seq = 2`);
    await audit.takeOver();
    expect(await found()).toEqual([[3, 'altered_before']]);
  });
});

test('an entry of a change that failed is not kept', async () => {
  await db
    .transaction(async (tx) => {
      await audit.record(tx, entry('1'));
      throw new Error('the change failed');
    })
    .catch(() => undefined);
  expect(await audit.verify()).toMatchObject({ entries: 0, findings: [] });
});
