import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { type Body, sign } from './bodies.ts';
import { sharedMs } from './time.ts';

/** A body with its signature, made before it is due so that sending costs little. */
export type Prepared = Body & { readonly signature: string };

export type OpenLoop = {
  /** From the moment each POST was due to its answer. */
  readonly latenciesMs: readonly number[];
  /** When each message was due, by `mid`. */
  readonly dueAt: ReadonlyMap<string, number>;
  /** Answers other than 200, and none. */
  readonly refused: number;
};

const CONNECTIONS = 256;

export function prepare(next: () => Body, count: number, secret: string): Prepared[] {
  return Array.from({ length: count }, () => signed(next(), secret));
}

export function signed(body: Body, secret: string): Prepared {
  return { ...body, signature: sign('sha256', secret, body.bytes) };
}

/**
 * POSTs at a fixed rate whatever the answers do. Every latency counts from the moment its POST was
 * due, so that a server that stands still is charged with all that should have been sent meanwhile
 * (no coordinated omission); being late in sending is charged to the server as well.
 */
export async function postAtRate(options: {
  url: string;
  perSecond: number;
  count: number;
  next: () => Prepared;
  /** Asked before each POST: ends it early. */
  isOver?: () => boolean;
  /** Latencies and due times are kept unless it runs for long. */
  keep?: boolean;
}): Promise<OpenLoop> {
  const { url, perSecond, count, next, isOver = () => false, keep = true } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const latenciesMs: number[] = [];
  const dueAt = new Map<string, number>();
  const underWay = new Set<Promise<void>>();
  let refused = 0;

  const send = (body: Prepared, due: number) => {
    const answered = post(url, agent, body).then((status) => {
      refused += status === 200 ? 0 : 1;
      if (keep) {
        latenciesMs.push(sharedMs() - due);
      }
      underWay.delete(answered);
    });
    underWay.add(answered);
  };
  const start = sharedMs();
  for (let sent = 0; sent < count && !isOver(); sent += 1) {
    const due = start + (sent * 1_000) / perSecond;
    const early = due - sharedMs();
    if (early > 0) {
      await pause(early);
    }
    const body = next();
    if (keep) {
      for (const mid of body.mids) {
        dueAt.set(mid, due);
      }
    }
    send(body, due);
  }
  await Promise.all(underWay);
  agent.destroy();
  return { latenciesMs, dueAt, refused };
}

/** Resolves with the status, or 0 when there was no answer. */
function post(url: string, agent: Agent, { bytes, signature }: Prepared): Promise<number> {
  return new Promise((resolve) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': bytes.length,
      'x-hub-signature-256': `sha256=${signature}`,
    };
    const outgoing = request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode ?? 0));
      answer.once('error', () => resolve(0));
    });
    outgoing.once('error', () => resolve(0));
    outgoing.end(bytes);
  });
}

/** Sends all of them as fast as 32 connections take them; throws unless every answer is 200. */
export async function postAll(url: string, bodies: readonly Prepared[]): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  let at = 0;
  const sendSome = async () => {
    for (let body = bodies[at]; body !== undefined; body = bodies[at]) {
      at += 1;
      const status = await post(url, agent, body);
      if (status !== 200) {
        throw new Error(`A POST was answered with ${status}.`);
      }
    }
  };
  await Promise.all(Array.from({ length: 32 }, sendSome));
  agent.destroy();
}
