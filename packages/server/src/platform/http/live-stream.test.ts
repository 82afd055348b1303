import { once } from 'node:events';
import { connect } from 'node:net';
import fastify from 'fastify';
import { expect, test } from 'vitest';
import { createLiveStreams } from './live-stream.ts';

/** A server whose streams wait for `identify`; counts who listens. */
async function openServer() {
  const waiting: ((viewer: string) => void)[] = [];
  let asked = () => {};
  let listening = 0;
  const streams = createLiveStreams<string, string>({
    live: {
      publish: () => {},
      latestId: () => 'x.0',
      listen() {
        listening += 1;
        return () => {
          listening -= 1;
        };
      },
    },
    resync: 'resync',
    identify: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        asked();
      }),
    sees: () => true,
  });
  const server = fastify();
  const opened: Promise<void>[] = [];
  server.get('/', (request, reply) => {
    opened.push(streams.open(request, reply));
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as { port: number };
  return {
    ...{ server, streams, opened },
    listening: () => listening,
    /** A client that asked for the stream and is being identified. */
    async ask() {
      const isAsked = new Promise<void>((resolve) => {
        asked = resolve;
      });
      const [accepted] = [once(server.server, 'connection')];
      const client = connect(port, '127.0.0.1', () => {
        client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      });
      client.on('error', () => {});
      const [socket] = await accepted;
      await isAsked;
      return { client, socket, answer: () => waiting.shift()?.('Ada') };
    },
  };
}

test('a client that hangs up while it is identified leaves nobody listening', async () => {
  const { server, opened, listening, ask } = await openServer();
  const { client, socket, answer } = await ask();
  const isClosed = once(socket, 'close');
  client.destroy();
  await isClosed;
  answer();
  await Promise.all(opened);
  expect(listening()).toBe(0);
  await server.close();
});

test('one that hangs up later leaves nobody listening either', async () => {
  const { server, opened, listening, ask } = await openServer();
  const { client, socket, answer } = await ask();
  answer();
  await Promise.all(opened);
  expect(listening()).toBe(1);
  const isClosed = once(socket, 'close');
  client.destroy();
  await isClosed;
  expect(listening()).toBe(0);
  await server.close();
});

test('one that is identified after all streams were ended is ended, too', async () => {
  const { server, streams, opened, listening, ask } = await openServer();
  const { client, answer } = await ask();
  const isClosed = once(client, 'close');
  streams.closeAll();
  answer();
  await Promise.all(opened);
  expect(listening()).toBe(0);
  await isClosed;
  await server.close();
});
