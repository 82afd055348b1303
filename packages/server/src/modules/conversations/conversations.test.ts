import { WEBHOOK_VECTOR } from '@chatgate/meta-protocol';
import { beforeEach, expect, test } from 'vitest';
import { testDatabase } from '../../test-support/database.ts';
import { type Bench, createBench } from './test-support/bench.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await createBench(await testDatabase());
});

test('a signed POST becomes a conversation that can be read', async () => {
  const answer = await bench.post(WEBHOOK_VECTOR.body, {
    'x-hub-signature-256': WEBHOOK_VECTOR.sha256,
  });
  expect([answer.statusCode, answer.body]).toEqual([200, 'EVENT_RECEIVED']);
  await bench.conversations.workers.projector.drain();
  const { items } = await bench.list();
  expect(items).toMatchObject([
    {
      page: { id: '1001', name: 'Bakery' },
      preview: { kind: 'message', text: 'Olá a@b.c /x' },
      unread: 1,
      seq: 1,
    },
  ]);
  const thread = await bench.thread(items[0]?.id ?? '');
  expect(thread.items).toMatchObject([
    {
      seq: 1,
      kind: 'message',
      direction: 'in',
      mid: 'm_t1',
      text: 'Olá a@b.c /x',
      sender: { kind: 'contact', name: null },
      journey: { sentAt: 1_795_350_000_001, signature: 'valid', copies: 1, standby: false },
    },
  ]);
});
