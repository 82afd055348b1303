import type { AuditChoices, AuditList } from '@chatgate/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningApp, runApp } from '../../test-support/app.ts';
import { type AuditEntry, metaActor, systemActor } from './index.ts';

let server: RunningApp;
let as: string;
const HOSTILE = ['=1+1', '+1', '-1', '@sum', '\ttab', '\rreturn'];

beforeAll(async () => {
  server = await runApp();
  as = await server.signIn();
  const { db, audit } = server.app.core;
  await db.transaction((tx) =>
    audit.record(
      tx,
      ...HOSTILE.map(
        (name, n): AuditEntry => ({
          actor: metaActor,
          action: 'page.deauthorized',
          subject: { kind: 'page', id: `page ${n}`, name },
          gatewayId: 'gw_1',
        }),
      ),
      {
        actor: {
          kind: 'person' as const,
          id: 'u1',
          name: 'Олена "Ол" Коваленко',
          origin: { address: '192.0.2.7', agent: 'Browser, of a kind' },
        },
        action: 'gateway.changed',
        subject: { kind: 'gateway', id: 'gw_1', name: 'Shop' },
        gatewayId: 'gw_1',
        before: { name: 'a' },
        after: { name: 'b' },
      },
      { actor: systemActor, action: 'user.created', subject: { kind: 'user', id: 'u2' } },
    ),
  );
});
afterAll(() => server.stop());

const list = async (query: string): Promise<AuditList> =>
  (await server.call('GET', `/audit?${query}`, { as })).body;
const actionsOf = ({ items }: AuditList) => items.map(({ action }) => action);

test('an entry says who, from where, what, before and after', async () => {
  const { items } = await list('action=gateway.changed');
  expect(items).toMatchObject([
    {
      actor: { kind: 'person', id: 'u1', name: 'Олена "Ол" Коваленко' },
      origin: { address: '192.0.2.7', agent: 'Browser, of a kind' },
      subject: { kind: 'gateway', id: 'gw_1', name: 'Shop' },
      before: { name: 'a' },
      after: { name: 'b' },
    },
  ]);
});

test.each([
  ['actorId=u1', ['gateway.changed']],
  ['action=user.*', ['user.created', 'user.created']],
  ['subjectId=u2', ['user.created']],
  ['subjectKind=gateway', ['gateway.changed']],
  ['gatewayId=gw_1&action=gateway.changed', ['gateway.changed']],
  [`search=${encodeURIComponent('КОВАЛЕНКО')}`, ['gateway.changed']],
  ['search=192.0.2.7', ['gateway.changed']],
  ['from=99999999999999', []],
  ['to=5', []],
])('the filter %s finds what it says', async (query, actions) => {
  expect(actionsOf(await list(query))).toEqual(actions);
});

test('pages by cursor meet every entry once, newest first', async () => {
  const seqs: number[] = [];
  let cursor = '';
  do {
    const page = await list(`limit=4${cursor === '' ? '' : `&cursor=${cursor}`}`);
    seqs.push(...page.items.map(({ seq }) => seq));
    cursor = page.nextCursor ?? '';
  } while (cursor !== '');
  expect(seqs).toEqual(Array.from({ length: seqs.length }, (_unused, n) => seqs.length - n));
});

test('the choices are what the log has', async () => {
  const choices: AuditChoices = (await server.call('GET', '/audit/choices', { as })).body;
  expect(choices.actions).toEqual(expect.arrayContaining(['gateway.changed', 'user.created']));
  expect(choices.actors).toContainEqual({ kind: 'person', id: 'u1', name: 'Олена "Ол" Коваленко' });
});

test('a malformed question is refused', async () => {
  for (const query of ['limit=0', 'from=yesterday', 'cursor=x', 'who=me']) {
    const { status, body } = await server.call('GET', `/audit?${query}`, { as });
    expect([query, status, body]).toMatchObject([query, 400, { error: { code: 'invalid' } }]);
  }
});

/** RFC 4180: fields in quotes, quotes doubled. */
function parseCsv(text: string): string[][] {
  return text
    .replace(/^\uFEFF/, '')
    .split('\r\n')
    .filter((line) => line !== '')
    .map((line) =>
      [...line.matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map(([, field = '']) =>
        field.replaceAll('""', '"'),
      ),
    );
}

test('the CSV has every entry, and no field that a spreadsheet would run', async () => {
  const response = await fetch(`${server.url}/api/v1/audit/export?gatewayId=gw_1`, {
    headers: { cookie: as },
  });
  expect(response.headers.get('content-type')).toContain('text/csv');
  expect(response.headers.get('content-disposition')).toMatch(/chatgate-audit-[\d-]+\.csv/);
  const [head = [], ...rows] = parseCsv(
    new TextDecoder('utf-8').decode(await response.arrayBuffer()),
  );
  expect(rows).toHaveLength(HOSTILE.length + 1);
  for (const row of rows) {
    expect(row).toHaveLength(head.length);
    for (const field of row) {
      expect(field).not.toMatch(/^[=+\-@\t\r]/);
    }
  }
  const names = rows.map((row) => row[head.indexOf('subject_name')]);
  expect(names).toEqual(['Shop', ...HOSTILE.map((name) => `'${name}`).reverse()]);
  expect(rows[0]?.[head.indexOf('actor_name')]).toBe('Олена "Ол" Коваленко');
});

test('a change made over HTTP carries address and browser', async () => {
  const [app] = Object.values(server.meta.state.apps);
  await server.call('POST', '/gateways', {
    as,
    headers: { 'user-agent': 'Test browser' },
    body: { name: 'New', appId: app?.id, appSecret: app?.secret },
  });
  const { items } = await list('action=gateway.created');
  expect(items).toMatchObject([{ origin: { address: '127.0.0.1', agent: 'Test browser' } }]);
});
