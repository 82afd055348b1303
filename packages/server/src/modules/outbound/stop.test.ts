import { expect, test } from 'vitest';
import { startChat } from './test-support/chat.ts';
import { readReplies } from './test-support/node.ts';

test('a stop does not wait for a file that Meta fetches; whether it arrived is looked for later', async () => {
  const chat = await startChat();
  // Longer than this test may take; the call has ninety seconds.
  chat.meta.faults.set('graph_delay', { ms: 80_000, path: '*/messages' });
  const asked = chat.meta.usage().requests;
  const attachment = { type: 'video', url: 'https://files.example.test/v.mp4' } as const;
  const { replies } = await chat.post({ attachment });
  await expect.poll(() => chat.meta.usage().requests).toBeGreaterThan(asked);
  const server = await chat.server.restart();
  const [row] = await readReplies(server.app.core.db);
  expect(row).toMatchObject({ state: 'unknown', id: replies[0]?.id });
  expect(row?.settle_at).toBe((row?.call_began_at ?? 0) + 90_000);
  expect(row?.problem).toContain('stopped before Meta answered');
  chat.meta.faults.clear();
  await server.stop();
}, 20_000);
