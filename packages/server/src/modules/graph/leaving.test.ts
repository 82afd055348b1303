import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { Secret } from '../../platform/secret.ts';
import type { Graph, MetaError } from './index.ts';
import { app, prepareServers, startMeta } from './test-support/meta-server.ts';

prepareServers();

const write = (graph: Graph): Promise<MetaError> =>
  graph
    .as({ ...app, token: new Secret('t') })
    .post('1001/messages', {}, Type.Object({}))
    .then(
      () => expect.fail('It was answered.'),
      (error) => error,
    );

test('a call that finds no connection never left', async () => {
  const closed = await startMeta(() => ({}));
  closed.close();
  expect(await write(closed.graph)).toMatchObject({ reason: 'connection', neverLeft: true });
  const unsafe = await startMeta(() => ({}), { scheme: 'https' });
  expect(await write(unsafe.graph)).toMatchObject({ reason: 'connection', neverLeft: true });
});

test('a call that ran out of time behind another one never left, and the other one did', async () => {
  const { graph, asked } = await startMeta(() => undefined, { timeoutMs: 50, connections: 1 });
  const ended = await Promise.all([write(graph), write(graph)]);
  expect(ended).toMatchObject([
    { reason: 'timeout', neverLeft: false },
    { reason: 'timeout', neverLeft: true },
  ]);
  expect(asked).toHaveLength(1);
});

test('a call whose connection broke, or was answered with nonsense, may have arrived', async () => {
  const broken = await startMeta((_asked, response) => void response.destroy());
  expect(await write(broken.graph)).toMatchObject({ reason: 'connection', neverLeft: false });
  const nonsense = await startMeta((_asked, response) => void response.end('<html>'));
  expect(await write(nonsense.graph)).toMatchObject({ reason: 'nonsense', neverLeft: false });
});

test('a stop ends what waits for Meta, and lets nothing more leave', async () => {
  const arrived = Promise.withResolvers<void>();
  const { graph, asked } = await startMeta(() => arrived.resolve(), { timeoutMs: 60_000 });
  const waiting = write(graph);
  await arrived.promise;
  graph.cutOff();
  expect(await waiting).toMatchObject({ reason: 'stopping', neverLeft: false });
  expect(await write(graph)).toMatchObject({ reason: 'stopping', neverLeft: true });
  expect(asked).toHaveLength(1);
});
