import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { HOOK_PATH } from './points.ts';

/** What one destination was sent, in the order of arrival. */
export type SinkLedger = {
  readonly name: string;
  /** Times each event was accepted with a 2xx, by its id. */
  readonly accepted: Map<string, number>;
  /** Of each conversation: the highest `seq` that was accepted. */
  readonly upTo: Map<string, number>;
  /** Events of people with their place; the last sent first. */
  readonly refusedOf: Map<string, number>;
  requests: number;
  /** First acceptances that were not the next of their conversation. */
  outOfOrder: number;
  /** Requests for an event while one before it had not been accepted. */
  early: number;
  badSignatures: number;
};

type Answer = (response: ServerResponse) => void;

/** An endpoint that always works, one that has every fault there is, and one that is often gone. */
const MANNERS = {
  steady: () => undefined,
  moody: (refusals: number) => (refusals < 2 ? pickFault() : undefined),
  /** Gone for six seconds in every forty. */
  absent: (refusals: number) =>
    refusals < 3 && Date.now() % 40_000 < 6_000 ? status(503) : undefined,
} satisfies Record<string, (refusals: number) => Answer | undefined>;

export const SINK_NAMES = Object.keys(MANNERS) as readonly (keyof typeof MANNERS)[];

/** Of a hundred requests to the moody one, by what becomes of them. */
const FAULTS: readonly (readonly [number, Answer])[] = [
  [4, (response) => status(500)(response)],
  [2, (response) => response.socket?.resetAndDestroy()],
  [1, (response) => response.writeHead(302, { location: '/stolen' }).end()],
  [1, (response) => response.writeHead(429, { 'retry-after': '1' }).end('slow down')],
  // It took the event and says that it did not.
  [2, (response) => status(502)(response)],
  // It announces more than it sends.
  [
    1,
    (response) =>
      response
        .writeHead(500, { 'content-length': '1000' })
        .end('short', () => response.socket?.destroy()),
  ],
  // It never answers.
  [0.3, () => {}],
];

const status =
  (code: number): Answer =>
  (response) =>
    response.writeHead(code).end(`status ${code}`);

function pickFault(): Answer | undefined {
  let chance = Math.random() * 100;
  for (const [share, answer] of FAULTS) {
    chance -= share;
    if (chance < 0) {
      return answer;
    }
  }
  return undefined;
}

export type Sinks = Awaited<ReturnType<typeof startSinks>>;

/** Customers' endpoints that keep a ledger of their own. */
export async function startSinks() {
  const ledgers = new Map(SINK_NAMES.map((name) => [name, newLedger(name)]));
  const checks = new Map<string, Webhook>();
  let followed = 0;
  let isCalm = false;

  function receive(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const name = SINK_NAMES.find((one) => request.url === `${HOOK_PATH}${one}`);
    const ledger = name && ledgers.get(name);
    if (!name || !ledger) {
      followed += 1;
      response.writeHead(404).end();
      return;
    }
    const event = readEvent(body);
    ledger.requests += 1;
    ledger.badSignatures += isSigned(checks.get(name), request, body) ? 0 : 1;
    noteRequest(ledger, event);
    const refusals = ledger.refusedOf.get(event.id) ?? 0;
    const fault = isCalm ? undefined : MANNERS[name](refusals);
    if (fault) {
      ledger.refusedOf.set(event.id, refusals + 1);
      fault(response);
      return;
    }
    noteAcceptance(ledger, event);
    response.end('ok');
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => receive(request, Buffer.concat(chunks), response));
    request.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    urlOf: (name: string) => `http://127.0.0.1:${port}${HOOK_PATH}${name}`,
    /** Checks signatures from now on. */
    knows: (name: string, secret: string) => void checks.set(name, new Webhook(secret)),
    ledgers: [...ledgers.values()],
    /** Requests to where a redirect pointed. */
    followed: () => followed,
    /** All of them work from now on. */
    calm() {
      isCalm = true;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const newLedger = (name: string): SinkLedger => ({
  ...{ name, accepted: new Map(), upTo: new Map(), refusedOf: new Map() },
  ...{ requests: 0, outOfOrder: 0, early: 0, badSignatures: 0 },
});

type Event = { readonly id: string; readonly conversationId: string | null; readonly seq: number };

function readEvent(body: Buffer): Event {
  const { data }: { data: Event } = JSON.parse(body.toString());
  return data;
}

function noteRequest(ledger: SinkLedger, { conversationId, seq }: Event): void {
  if (conversationId !== null && seq > (ledger.upTo.get(conversationId) ?? 0) + 1) {
    ledger.early += 1;
  }
}

function noteAcceptance(ledger: SinkLedger, { id, conversationId, seq }: Event): void {
  const times = ledger.accepted.get(id) ?? 0;
  ledger.accepted.set(id, times + 1);
  if (conversationId === null || times > 0) {
    return;
  }
  const before = ledger.upTo.get(conversationId) ?? 0;
  ledger.outOfOrder += seq === before + 1 ? 0 : 1;
  ledger.upTo.set(conversationId, Math.max(before, seq));
}

function isSigned(check: Webhook | undefined, { headers }: IncomingMessage, body: Buffer): boolean {
  try {
    check?.verify(body.toString(), headers as Record<string, string>);
    return check !== undefined;
  } catch {
    return false;
  }
}
