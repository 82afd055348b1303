/**
 * A quick endpoint of a customer: answers every POST at once, with the status it is told, and keeps
 * what came for later. Told and asked by GET, see `bench/support/sink.ts`.
 */
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { sharedMs } from '../support/time.ts';
import { listen } from './listen.ts';

type Arrival = { at: number; body: Buffer; headers: IncomingHttpHeaders };

let status = 200;
let isKeeping = true;
let count = 0;
let last = 0;
let arrivals: Arrival[] = [];

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    response.end(JSON.stringify(answer(new URL(request.url ?? '/', 'http://sink'))));
    return;
  }
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    last = sharedMs();
    response.statusCode = status;
    response.end('ok');
    if (status !== 200) {
      return;
    }
    count += 1;
    if (isKeeping) {
      arrivals.push({ at: last, body: Buffer.concat(chunks), headers: request.headers });
    }
  });
});
server.keepAliveTimeout = 60_000;
listen(server);

function answer({ pathname, searchParams }: URL): unknown {
  switch (pathname) {
    case '/begin':
      status = Number(searchParams.get('status'));
      isKeeping = searchParams.get('keep') === 'true';
      count = 0;
      arrivals = [];
      return {};
    case '/count':
      return { count, last };
    case '/report':
      return report(searchParams.get('secret') ?? '');
    case '/kept':
      return arrivals.map(({ body, headers }) => ({
        body: body.toString('base64'),
        headers: Object.fromEntries(
          Object.entries(headers).filter(([name]) =>
            /^(content-type|user-agent|webhook-)/.test(name),
          ),
        ),
      }));
    default:
      throw new Error(`The sink knows no ${pathname}.`);
  }
}

/** What came, in the order it came, and how much of it was not as promised. */
function report(secret: string) {
  const seqs = new Map<string, number>();
  let outOfOrder = 0;
  let repeated = 0;
  let badlySigned = 0;
  const messages = arrivals.map(({ at, body, headers }) => {
    const { data } = JSON.parse(body.toString());
    const before = seqs.get(data.conversationId);
    badlySigned += isSigned(secret, body, headers) ? 0 : 1;
    if (before !== undefined && data.seq <= before) {
      repeated += 1;
    } else {
      outOfOrder += before !== undefined && data.seq !== before + 1 ? 1 : 0;
      seqs.set(data.conversationId, data.seq);
    }
    return [data.raw.message.mid, at];
  });
  return { messages, conversations: seqs.size, outOfOrder, repeated, badlySigned };
}

/** Standard Webhooks 1.0, as its text says it. */
function isSigned(secret: string, body: Buffer, headers: IncomingHttpHeaders): boolean {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.`;
  const expected = createHmac('sha256', key).update(signed).update(body).digest('base64');
  return String(headers['webhook-signature']).split(' ').includes(`v1,${expected}`);
}
