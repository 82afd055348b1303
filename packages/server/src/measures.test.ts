import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningApp, runApp } from './test-support/app.ts';

let running: RunningApp;
beforeAll(async () => {
  running = await runApp();
});
afterAll(() => running.stop());

async function values(): Promise<Map<string, number>> {
  const { body } = await running.app.metrics.scrape();
  return new Map(
    body
      .split('\n')
      .filter((line) => line.startsWith('chatgate_'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
  );
}

test('every measure is read on this engine', async () => {
  const shown = [...(await values()).keys()];
  for (const { name, labels = [] } of running.app.metrics.measures) {
    const isEmpty =
      name === 'chatgate_database_connections' && running.app.core.db.engine === 'sqlite';
    const mine = shown.filter((line) => line.split('{')[0]?.replace(/_bucket$/, '') === name);
    expect(mine.length > 0, name).toBe(!isEmpty);
    for (const label of isEmpty ? [] : labels) {
      expect(mine[0], name).toContain(`${label}="`);
    }
  }
});

test('what Meta sends moves the numbers, refused or not', async () => {
  const before = await values();
  const uri = 'no-such-gateway';
  const body = '{}';
  const signature = `sha256=${createHmac('sha256', 'x').update(body).digest('hex')}`;
  await fetch(`${running.url}/meta/${uri}/webhook`, {
    method: 'POST',
    headers: { 'x-hub-signature-256': signature },
    body,
  });
  const after = await values();
  const name = 'chatgate_webhook_posts_total{status="404"}';
  expect(after.get(name)).toBe((before.get(name) ?? 0) + 1);
});
