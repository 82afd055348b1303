import type { Message } from '@chatgate/contract';
import fc from 'fast-check';
import { sql } from 'kysely';
import { beforeAll, expect, test } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import { testDatabase } from '../../test-support/database.ts';
import { type Bench, createBench, NOW, textFrom } from './test-support/bench.ts';

let db: Database;
let bench: Bench;
beforeAll(async () => {
  db = await testDatabase();
  bench = await createBench(db);
});
const drain = () => bench.conversations.workers.projector.drain();

/** A person per test, so that the tests of this file share one database. */
let people = 100;
const nextPerson = () => {
  people += 1;
  return String(people);
};

async function conversationOf(psid: string) {
  const { rows } = await sql<{ id: string }>`
    select v.id from conversation v join contact c on c.id = v.contact_id
    where c.psid = ${psid}`.execute(db.read);
  return rows[0]?.id ?? '';
}

/** Every recorded event of a person has a number: 1, 2, 3 … without a gap. */
async function seqsOf(psid: string) {
  const { rows } = await sql<{ seq: number }>`
    select seq from event where conversation_id = ${await conversationOf(psid)}
    order by seq`.execute(db.read);
  return rows.map(({ seq }) => seq);
}
const oneTo = (count: number) => Array.from({ length: count }, (_unused, index) => index + 1);

/** A whole life of a conversation, each event once. */
function story(psid: string) {
  const about = (key: string, value: unknown, at: number) => ({
    sender: { id: psid },
    recipient: { id: '1001' },
    timestamp: at,
    [key]: value,
  });
  const mid = (name: string) => `m_${psid}_${name}`;
  const t = NOW - 10_000;
  const heart = { mid: mid('b'), action: 'react', reaction: 'love', emoji: '❤' };
  return [
    textFrom(psid, 'first', { at: t + 1, mid: mid('a') }),
    textFrom(psid, 'second', { at: t + 2, mid: mid('b') }),
    about('message_edit', { mid: mid('a'), text: 'first, better', num_edit: 1 }, t + 3),
    about('message_edit', { mid: mid('a'), text: 'first, best', num_edit: '2' }, t + 4),
    about('reaction', heart, t + 5),
    about('reaction', { ...heart, action: 'unreact' }, t + 6),
    about('reaction', { ...heart, reaction: 'like', emoji: '👍' }, t + 7),
    textFrom(psid, 'a mistake', { at: t + 8, mid: mid('c') }),
    about('message', { mid: mid('c'), is_deleted: true }, t + 9),
    {
      sender: { id: '1001' },
      recipient: { id: psid },
      timestamp: t + 10,
      message: { mid: mid('d'), is_echo: true, text: 'answer' },
    },
    about('delivery', { mids: [mid('d')], watermark: t + 10 }, t + 11),
    about('delivery', { watermark: t + 5 }, t + 5),
    about('read', { watermark: t + 10 }, t + 12),
    about('read', { watermark: t + 1 }, t + 2),
  ];
}

const shown = ({ text, deleted, reactions, edits, attachments }: Message) => ({
  ...{ text, deleted, reactions, attachments },
  edits: edits.map(({ number, text: words }) => [number, words]),
});

test('in whatever order and grouping a story arrives, it ends the same (invariants 2 and 3)', async () => {
  const size = story('x').length;
  const order = fc.shuffledSubarray(oneTo(size), { minLength: size, maxLength: size });
  const cuts = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: size, maxLength: size });
  await fc.assert(
    fc.asyncProperty(order, cuts, fc.boolean(), async (numbers, sizes, twice) => {
      const psid = nextPerson();
      const elements = story(psid);
      const shuffled = numbers.map((number) => elements[number - 1]);
      for (let start = 0; start < size; ) {
        const count = sizes[start] ?? 1;
        const part = shuffled.slice(start, start + count);
        await bench.deliver(part);
        await drain();
        if (twice) {
          await bench.deliver(part);
          await drain();
        }
        start += count;
      }
      expect(await seqsOf(psid)).toEqual(oneTo(size));
      const thread = await bench.thread(await conversationOf(psid));
      expect(thread.items.map(shown)).toEqual([
        {
          ...{ text: 'first, best', deleted: false, reactions: [], attachments: [] },
          edits: [
            [0, 'first'],
            [1, 'first, better'],
            [2, 'first, best'],
          ],
        },
        {
          ...{ text: 'second', deleted: false, attachments: [], edits: [] },
          reactions: [{ by: 'contact', reaction: 'like', emoji: '👍' }],
        },
        { text: null, deleted: true, reactions: [], attachments: [], edits: [] },
        { text: 'answer', deleted: false, reactions: [], attachments: [], edits: [] },
      ]);
      expect([thread.deliveredUpTo, thread.readUpTo]).toEqual([NOW - 9_990, NOW - 9_990]);
      expect(thread.conversation).toMatchObject({
        ...{ unread: 3, seq: size, lastMessageAt: NOW - 9_990 },
        preview: { kind: 'message', text: 'answer' },
      });
    }),
    { numRuns: 15 },
  );
});

test('a message taken back keeps nothing of its text outside the raw event', async () => {
  const psid = nextPerson();
  await bench.deliver([textFrom(psid, 'my secret words', { mid: `m_${psid}` })]);
  await drain();
  const gone = { mid: `m_${psid}`, is_deleted: true };
  await bench.deliver([
    { sender: { id: psid }, recipient: { id: '1001' }, timestamp: NOW, message: gone },
  ]);
  await drain();
  const { items } = await bench.list(`?search=${encodeURIComponent('secret words')}`);
  expect(items).toEqual([]);
  const { rows } = await sql`select text, content from message where mid = ${`m_${psid}`}`.execute(
    db.read,
  );
  expect(rows).toEqual([{ text: null, content: '{}' }]);
});

test('the same when it was taken back before it came, edits of it included', async () => {
  const psid = nextPerson();
  const mid = `m_${psid}`;
  const about = (part: object) => ({
    ...{ sender: { id: psid }, recipient: { id: '1001' }, timestamp: NOW, ...part },
  });
  const edit = (text: string, num_edit: number) => about({ message_edit: { mid, text, num_edit } });
  for (const element of [
    edit('secret edit', 1),
    about({ message: { mid, is_deleted: true } }),
    edit('late secret edit', 2),
    textFrom(psid, 'my secret words', { mid }),
  ]) {
    await bench.deliver([element]);
    await drain();
  }
  const id = await conversationOf(psid);
  expect((await bench.thread(id)).items).toMatchObject([{ deleted: true, text: null, edits: [] }]);
  expect((await bench.list('?search=secret')).items).toEqual([]);
  const { rows } = await sql`select text from message_edit where mid = ${mid}
    union all select preview_search from conversation where id = ${id}`.execute(db.read);
  expect(rows).toEqual([{ text: '' }]);
});

test('an edited last message is shown and found as it reads now, whichever came first', async () => {
  const orders = [
    [['text'], ['edit 1'], ['edit 2']],
    [['edit 2'], ['edit 1'], ['text']],
    [['edit 1'], ['text', 'edit 2']],
    [['edit 2', 'text', 'edit 1']],
  ];
  for (const groups of orders) {
    const psid = nextPerson();
    const mid = `m_${psid}`;
    const edit = (text: string, num_edit: number) => ({
      ...{ sender: { id: psid }, recipient: { id: '1001' }, timestamp: NOW + num_edit },
      message_edit: { mid, text, num_edit },
    });
    const elements: Record<string, unknown> = {
      text: textFrom(psid, `Перша ${psid}`, { mid }),
      'edit 1': edit(`Друга ${psid}`, 1),
      'edit 2': edit(`Остання ${psid}`, 2),
    };
    for (const group of groups) {
      await bench.deliver(group.map((name) => elements[name]));
      await drain();
    }
    const found = async (words: string) =>
      (await bench.list(`?search=${encodeURIComponent(`${words} ${psid}`)}`)).items;
    expect(await found('перша')).toEqual([]);
    expect(await found('друга')).toEqual([]);
    expect(await found('остання')).toMatchObject([{ preview: { text: `Остання ${psid}` } }]);
    await bench.deliver([textFrom(psid, `next ${psid}`, { mid: `${mid}b`, at: NOW + 10 })]);
    await bench.deliver([edit(`Запізніла ${psid}`, 3)]);
    await drain();
    expect(await found('запізніла')).toEqual([]);
    expect(await found('next')).toHaveLength(1);
  }
});

test('who replies to an edited message replies to what it says now', async () => {
  const psid = nextPerson();
  const mid = `m_${psid}`;
  const about = { sender: { id: psid }, recipient: { id: '1001' }, timestamp: NOW + 1 };
  await bench.deliver([
    textFrom(psid, 'old words', { mid }),
    { ...about, message_edit: { mid, text: 'new words', num_edit: 1 } },
    { ...about, message: { mid: `${mid}b`, text: 'yes', reply_to: { mid } } },
  ]);
  await drain();
  const { items } = await bench.thread(await conversationOf(psid));
  expect(items.at(-1)).toMatchObject({ text: 'yes', replyTo: { mid, text: 'new words' } });
});

test('receipts alone make no conversation that is listed', async () => {
  const psid = nextPerson();
  const read = { sender: { id: psid }, recipient: { id: '1001' }, timestamp: NOW };
  await bench.deliver([{ ...read, read: { watermark: NOW - 1 } }]);
  await drain();
  expect(await seqsOf(psid)).toEqual([1]);
  const { items } = await bench.list();
  expect(items.map(({ id }) => id)).not.toContain(await conversationOf(psid));
});

test('a POST of a thousand for several Pages and people is projected without a gap', async () => {
  const numbers = oneTo(1_000);
  const person = (number: number) => `p${number % 7}`;
  const entry = ['1001', '1002'].map((pageId, page) => ({
    id: pageId,
    time: NOW,
    messaging: numbers
      .filter((number) => number % 2 === page)
      .map((number) => textFrom(person(number), `no ${number}`, { pageId, mid: `k_${number}` })),
  }));
  expect((await bench.post(JSON.stringify({ object: 'page', entry }))).statusCode).toBe(200);
  await drain();
  const { rows } = await sql<{ id: string; seq: number; events: number; messages: number }>`
    select v.id, v.seq,
      (select count(*) from event e where e.conversation_id = v.id) as events,
      (select count(*) from message m where m.conversation_id = v.id) as messages
    from conversation v join contact c on c.id = v.contact_id
    where c.psid like 'p%'`.execute(db.read);
  expect(rows).toHaveLength(14);
  expect(rows.reduce((sum, row) => sum + row.seq, 0)).toBe(1_000);
  for (const row of rows) {
    expect([row.events, row.messages]).toEqual([row.seq, row.seq]);
  }
});

test('two people whose ids are numbers too long for a double stay two', async () => {
  const element = (id: string) =>
    JSON.stringify({ ...textFrom('ID', 'hello'), sender: { id: 'ID' } }).replace('"ID"', id);
  const messaging = ['90071992547409921', '90071992547409923'].map(element).join(',');
  await bench.post(`{"object":"page","entry":[{"id":"1001","messaging":[${messaging}]}]}`);
  await drain();
  expect(await seqsOf('90071992547409921')).toEqual([1]);
  expect(await seqsOf('90071992547409923')).toEqual([1]);
});
