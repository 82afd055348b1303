import {
  Agent,
  createServer,
  type IncomingMessage,
  type ServerResponse,
  request as send,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const LOOK_EVERY_MS = 50;
/** One that stands still is left out after this. */
const READY_WITHIN_MS = 1_000;

/** A server behind the balancer. */
export type Target = {
  readonly url: string;
  isReady: boolean;
  /** POSTs of Meta's by what it answered; 0 where no answer came. */
  readonly answers: Map<number, number>;
};

/**
 * One public address for several servers: spreads requests over those whose `/readyz` says 200, and
 * over no others. It repeats nothing, so that whoever asks sees every failure there is.
 */
export async function startBalancer() {
  const agent = new Agent({ keepAlive: true });
  const targets: Target[] = [];
  const closing = new AbortController();
  let turn = 0;

  function pick(): Target | undefined {
    const ready = targets.filter(({ isReady }) => isReady);
    turn += 1;
    return ready[turn % ready.length];
  }

  const server = createServer((incoming, outgoing) => {
    const target = pick();
    if (target) {
      pass({ agent, target, incoming, outgoing });
    } else {
      incoming.resume();
      outgoing.writeHead(503).end('nobody is ready');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    add(url: string): Target {
      const target: Target = { url, isReady: false, answers: new Map() };
      targets.push(target);
      void look(target, closing.signal);
      return target;
    },
    async stop() {
      closing.abort();
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function pass(way: {
  agent: Agent;
  target: Target;
  incoming: IncomingMessage;
  outgoing: ServerResponse;
}): void {
  const { agent, target, incoming, outgoing } = way;
  const isOfMeta = incoming.url?.startsWith('/meta/') === true && incoming.method === 'POST';
  const note = (status: number) => {
    if (isOfMeta) {
      target.answers.set(status, (target.answers.get(status) ?? 0) + 1);
    }
  };
  const { method = 'GET', headers, url: path = '/' } = incoming;
  const forwarded = send(`${target.url}${path}`, { agent, method, headers });
  forwarded.on('response', (answer) => {
    note(answer.statusCode ?? 0);
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
    answer.on('error', () => outgoing.destroy());
  });
  forwarded.on('error', () => {
    if (!outgoing.headersSent) {
      note(0);
      outgoing.writeHead(502);
    }
    outgoing.end();
  });
  outgoing.on('close', () => forwarded.destroy());
  incoming.pipe(forwarded);
}

async function look(target: Target, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    target.isReady = await isReady(target);
    await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
  }
}

/** As a balancer sees a server: whether new requests may go there. */
async function isReady({ url }: { url: string }): Promise<boolean> {
  const signal = AbortSignal.timeout(READY_WITHIN_MS);
  try {
    const answer = await fetch(`${url}/readyz`, { signal });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}
