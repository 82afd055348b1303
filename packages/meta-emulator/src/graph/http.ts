import formbody from '@fastify/formbody';
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { numberOf, textOf } from '../fault-table.ts';
import { methodOf, runBatch } from './batch.ts';
import { GraphFailure, serverError } from './failure.ts';
import { isRecord, type Params, parseBodyText, textParam } from './params.ts';
import { failByFault, type Graph, traceId } from './run-call.ts';
import { isVersionLike, versionUsed } from './versions.ts';
import type { GraphDeps } from './world.ts';

const MAX_BODY_BYTES = 30_000_000;

/**
 * The Graph API over HTTP: parameters from query, urlencoded, multipart and JSON bodies merged,
 * tokens from anywhere, Meta's headers on every answer, and the faults of whole requests.
 */
export function registerGraph(
  app: FastifyInstance,
  answer: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>,
): void {
  // A body too large or cut short, which Meta answers in its own shape too.
  app.setErrorHandler<Error & { statusCode?: number }>(async (error, _request, reply) => {
    const { statusCode: status = 500, message } = error;
    const failure = new GraphFailure({ code: 1, message, status });
    await reply.code(status).send(failure.body('A'));
  });
  app.removeAllContentTypeParsers();
  void app.register(formbody, { bodyLimit: MAX_BODY_BYTES });
  void app.register(multipart, { attachFieldsToBody: 'keyValues' });
  // Clients send JSON under any name, and `application/json` with no body at all.
  app.addContentTypeParser(
    ['*', 'application/json', 'text/plain'],
    { parseAs: 'string', bodyLimit: MAX_BODY_BYTES },
    (_request, body, done) => done(null, body),
  );
  app.route({ method: ['GET', 'POST', 'DELETE'], url: '/*', handler: answer });
  app.route({ method: ['POST'], url: '/', handler: answer });
}

/** For `GET /`, which is the home page unless it asks for something. */
export const isGraphQuery = (query: unknown) =>
  isRecord(query) && ['ids', 'batch', 'access_token'].some((name) => query[name] !== undefined);

interface Parts {
  readonly deps: GraphDeps;
  readonly graph: Graph;
}

export async function answerRequest(
  { deps, graph }: Parts,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): Promise<FastifyReply> {
  deps.usage.request();
  const where = `${request.method} ${request.url.split('?')[0] ?? ''}`;
  const isGone = await strike(deps, { where, request, reply });
  if (isGone) {
    return reply;
  }
  try {
    const read = readRequest(deps, request);
    setHeaders(deps, { reply, version: read.version });
    return await answer({ deps, graph }, { read, reply, where });
  } catch (error) {
    if (!(error instanceof GraphFailure)) {
      throw error;
    }
    return sendFailure(deps, { reply, error });
  }
}

const sendFailure = (
  deps: GraphDeps,
  { reply, error }: { reply: FastifyReply; error: GraphFailure },
) => sendJson(reply.code(error.status).headers(error.headers), error.body(traceId(deps)));

const sendJson = (reply: FastifyReply, body: unknown) =>
  reply.header('Content-Type', 'application/json; charset=UTF-8').send(JSON.stringify(body));

/** Faults that strike before anything is read. True when no answer will follow. */
async function strike(
  { core, faults }: GraphDeps,
  { where, request, reply }: { where: string; request: FastifyRequest; reply: FastifyReply },
): Promise<boolean> {
  const delay = faults.look('graph_delay');
  if (delay && !delay['path']) {
    await Promise.race([core.sleep(numberOf(delay, 'ms') ?? 0), faults.cleared('graph_delay')]);
  }
  const hang = faults.hit('graph_hang', where);
  if (hang) {
    reply.hijack();
    await core.sleep(numberOf(hang, 'ms') ?? 0);
    reply.raw.destroy();
    return true;
  }
  const isCutPage =
    textOf(faults.look('accounts_next_fails'), 'as') === 'cut' &&
    isRecord(request.query) &&
    request.query['after'] !== undefined;
  if (isCutPage || faults.hit('graph_cut', where)) {
    reply.hijack();
    reply.raw.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '4096' });
    reply.raw.write('{"data":[{"access_token":"EAA', () => reply.raw.destroy());
    return true;
  }
  const html = faults.hit('graph_html', where);
  if (html) {
    await reply
      .code(numberOf(html, 'status') ?? 500)
      .type('text/html; charset=utf-8')
      .send(
        '<!DOCTYPE html><html><head><title>Error</title></head><body>Sorry, something went wrong.</body></html>',
      );
    return true;
  }
  return false;
}

interface ReadRequest {
  readonly method: string;
  readonly segments: readonly string[];
  readonly params: Params;
  readonly token: string | undefined;
  readonly version: string;
}

function readRequest({ core }: GraphDeps, request: FastifyRequest): ReadRequest {
  const path = request.url.split('?')[0] ?? '';
  const segments = path
    .split('/')
    .filter((part) => part !== '')
    .map((part) => decodePart(part));
  const query = new URLSearchParams(request.url.split('?').slice(1).join('?'));
  const params: Params = { ...Object.fromEntries(query), ...paramsOfBody(request.body) };
  const asked = isVersionLike(segments[0] ?? '') ? segments.shift() : undefined;
  const bearer = /^(?:Bearer|OAuth)\s+(.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const token = textParam(params, 'access_token') ?? bearer;
  const appId = token?.includes('|')
    ? token.split('|')[0]
    : core.store.state.tokens[token ?? '']?.appId;
  const fallback = core.store.state.apps[appId ?? '']?.defaultVersion ?? 'v26.0';
  return {
    method: textParam(params, 'method') ?? request.method,
    segments,
    params,
    token,
    version: versionUsed(asked, fallback),
  };
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function paramsOfBody(body: unknown): Params {
  if (typeof body === 'string') {
    return parseBodyText(body);
  }
  return isRecord(body) ? { ...body } : {};
}

async function answer(
  { deps, graph }: Parts,
  { read, reply, where }: { read: ReadRequest; reply: FastifyReply; where: string },
): Promise<FastifyReply> {
  const { params, token, version, segments } = read;
  if (!deps.faults.look('graph_http_500')?.['path'] && deps.faults.hit('graph_http_500')) {
    throw serverError();
  }
  if (params['batch'] !== undefined) {
    failByFault(deps, { method: 'POST', version, segments: ['batch'], params: {}, token });
    return sendJson(reply, await runBatch(graph, { params, token, version }));
  }
  const method = methodOf(read.method);
  const outcome = await graph.run({ method, version, segments, params, token });
  if (outcome.kind === 'unfinished') {
    throw serverError();
  }
  if (outcome.kind === 'redirect') {
    return reply.redirect(outcome.url);
  }
  if (outcome.status === 200 && method === 'POST' && where.endsWith('/messages')) {
    if (deps.faults.hit('send_lost')) {
      reply.hijack();
      reply.raw.destroy();
      return reply;
    }
  }
  return sendJson(reply.code(outcome.status).headers({ ...outcome.headers }), outcome.body);
}

/** https://developers.facebook.com/docs/graph-api/overview/rate-limiting#headers */
function setHeaders(
  { core, faults }: GraphDeps,
  { reply, version }: { reply: FastifyReply; version: string },
): void {
  const id = Buffer.from(core.random(9)).toString('base64url');
  void reply.headers({
    'facebook-api-version': version,
    'x-fb-trace-id': id,
    'x-fb-rev': '1030000000',
    'x-fb-request-id': id,
    'x-fb-debug': Buffer.from(core.random(24)).toString('base64'),
    'Cache-Control': 'private, no-cache, no-store, must-revalidate',
    Pragma: 'no-cache',
    Expires: 'Sat, 01 Jan 2000 00:00:00 GMT',
    'Access-Control-Allow-Origin': '*',
    ETag: `"${Buffer.from(core.random(20)).toString('hex')}"`,
  });
  const limits = faults.look('rate_headers');
  if (limits) {
    const percent = numberOf(limits, 'percent') ?? 0;
    const use = { call_count: percent, total_time: percent, total_cputime: percent };
    const regain = { estimated_time_to_regain_access: numberOf(limits, 'minutes') ?? 0 };
    const cases = [
      { type: 'messenger', ...use, ...regain },
      { type: 'pages', ...use, ...regain },
    ];
    void reply.headers({
      'X-App-Usage': JSON.stringify(use),
      'X-Page-Usage': JSON.stringify(use),
      'X-Business-Use-Case-Usage': JSON.stringify({ '3300000000000901': cases }),
    });
  }
}
