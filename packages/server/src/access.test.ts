import type { Permission } from '@chatgate/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningApp, runApp } from './test-support/app.ts';

/** Who may call what: the letters of CALLERS, or `*` for everybody, signed in or not. */
const ACCESS: Record<string, string> = {
  'POST /session': '*',
  'DELETE /session': 'aevgc',
  'GET /session/options': '*',
  'GET /session/second-factor': '*',
  'POST /session/provider': '*',
  'GET /session/provider/callback': '*',
  'POST /session/second-factor': '*',
  'GET /me': 'aevgc',
  'PUT /me/password': 'aevgc',
  'GET /me/sessions': 'aevgc',
  'DELETE /me/sessions': 'aevgc',
  'DELETE /me/sessions/{id}': 'aevgc',
  'GET /me/second-factor': 'aevgc',
  'POST /me/second-factor': 'aevgc',
  'POST /me/second-factor/confirm': 'aevgc',
  'POST /me/second-factor/recovery-codes': 'aevgc',
  'POST /me/second-factor/turn-off': 'aevgc',
  'GET /setup': '*',
  'POST /setup': '*',
  'POST /password-resets': '*',
  'POST /password-resets/look': '*',
  'POST /password-resets/spend': '*',
  'POST /invitations/look': '*',
  'POST /invitations/accept': '*',
  'GET /users': 'a',
  'PATCH /users/{id}': 'a',
  'DELETE /users/{id}': 'a',
  'DELETE /users/{id}/sessions': 'a',
  'DELETE /users/{id}/sign-in-pause': 'a',
  'DELETE /users/{id}/second-factor': 'a',
  'POST /users/{id}/password-reset': 'a',
  'GET /invitations': 'a',
  'POST /invitations': 'a',
  'POST /invitations/{id}/resend': 'a',
  'DELETE /invitations/{id}': 'a',
  'GET /roles': 'a',
  'POST /roles': 'a',
  'PATCH /roles/{id}': 'a',
  'DELETE /roles/{id}': 'a',
  'GET /api-keys': 'a',
  'POST /api-keys': 'a',
  'POST /api-keys/{id}/take-over': 'a',
  'DELETE /api-keys/{id}': 'a',
  'GET /events/stream': 'aevgc',
  'GET /gateways': 'aevc',
  'POST /gateways': 'aec',
  'GET /gateways/{id}': 'aevc',
  'PATCH /gateways/{id}': 'ae',
  'DELETE /gateways/{id}': 'a',
  'GET /gateways/{id}/deletion': 'a',
  'POST /gateways/{id}/webhook': 'ae',
  'PUT /gateways/{id}/setup/{key}': 'ae',
  'GET /gateways/{id}/unknown-pages': 'aevc',
  'POST /gateways/{id}/connect': 'aec',
  'GET /gateways/{id}/connect/{attemptId}': 'aevc',
  'GET /gateways/{id}/find-page': 'aec',
  'GET /gateways/{id}/accounts': 'aevc',
  'GET /gateways/{id}/invites': 'aevc',
  'POST /gateways/{id}/invites': 'aec',
  'DELETE /gateways/{id}/invites/{inviteId}': 'aec',
  'POST /invite': '*',
  'POST /invite/connect': '*',
  'GET /invite/attempts/{attemptId}': '*',
  'GET /gateways/{id}/accounts/{accountId}/picture': 'aevc',
  'GET /gateways/{id}/pages': 'aevc',
  'PATCH /gateways/{id}/pages': 'aec',
  'DELETE /gateways/{id}/pages/{pageId}': 'ae',
  'GET /gateways/{id}/pages/{pageId}/accounts': 'aevc',
  'POST /gateways/{id}/pages/{pageId}/accounts/{accountId}/activate': 'aec',
  'GET /gateways/{id}/pages/{pageId}/accounts/{accountId}/revocation': 'ae',
  'DELETE /gateways/{id}/pages/{pageId}/accounts/{accountId}': 'ae',
  'GET /gateways/{id}/pages/{pageId}/diagnosis': 'aevc',
  'POST /gateways/{id}/pages/{pageId}/check': 'aevc',
  'POST /gateways/{id}/pages/bulk/plan': 'aec',
  'POST /gateways/{id}/pages/bulk': 'aec',
  'GET /gateways/{id}/pages/bulk': 'aevc',
  'GET /gateways/{id}/pages/bulk/{jobId}': 'aevc',
  'GET /gateways/{id}/pages/bulk/{jobId}/result': 'aevc',
  'GET /gateways/{id}/pages/{pageId}/picture': 'aevc',
  'POST /gateways/{id}/pages/refresh': 'aevc',
  'GET /gateways/{id}/pages/refresh/{jobId}': 'aevc',
  'GET /conversations': 'avg',
  'DELETE /conversations/{id}': 'a',
  'GET /conversations/{id}/messages': 'avg',
  'POST /conversations/{id}/read': 'avg',
  'GET /conversations/{id}/picture': 'avg',
  'GET /attachments/{id}': 'avg',
  'POST /attachments/{id}/retry': 'avg',
  'GET /conversations/{id}/replies': 'avg',
  'POST /conversations/{id}/replies': 'ag',
  'GET /conversations/{id}/replies/{replyId}': 'avg',
  'POST /conversations/{id}/replies/{replyId}/retry': 'ag',
  'POST /conversations/{id}/replies/{replyId}/arrived': 'ag',
  'GET /events/{id}': 'avg',
  'GET /destinations': 'av',
  'POST /destinations': 'a',
  'GET /destinations/nats': 'av',
  'GET /destinations/{id}': 'av',
  'PATCH /destinations/{id}': 'a',
  'DELETE /destinations/{id}': 'a',
  'GET /destinations/{id}/replays': 'av',
  'POST /destinations/{id}/rotate-secret': 'a',
  'POST /destinations/{id}/test': 'a',
  'POST /destinations/{id}/replay': 'a',
  'POST /destinations/{id}/retry-parked': 'a',
  'POST /destinations/{id}/skip-parked': 'a',
  'POST /destinations/{id}/resume': 'a',
  'GET /deliveries': 'av',
  'GET /deliveries/{id}': 'av',
  'POST /deliveries/{id}/retry': 'a',
  'POST /deliveries/{id}/skip': 'a',
  'GET /audit': 'a',
  'GET /audit/choices': 'a',
  'GET /audit/export': 'a',
};

/** A role of one's own: *create* but not *edit* in Chat gateways. It may connect Pages and switch. */
const CONNECTOR: Permission[] = [
  'admin:access',
  'gateways:access',
  'gateways:read',
  'gateways:create',
];

const CALLERS = {
  a: 'administrator',
  e: 'editor',
  v: 'viewer',
  g: 'agent',
  c: 'custom: create only',
} as const;
const NOBODY = { 'signed out': '', 'foreign key': `cg_${'x'.repeat(43)}` } as const;

let server: RunningApp;
const credentials: Record<string, string> = { ...NOBODY };
/** What the route answered to each caller, for the table. */
const seen = new Map<string, Record<string, string>>();

beforeAll(async () => {
  server = await runApp();
  const admin = await server.signIn();
  const { body: role } = await server.call('POST', '/roles', {
    as: admin,
    body: { name: 'Connector', permissions: CONNECTOR },
  });
  const roles = { ...CALLERS, c: (role as { id: string }).id };
  for (const [letter, id] of Object.entries(roles)) {
    const key = await server.app.core.auth.createApiKey({ name: id, role: id, createdBy: 'test' });
    credentials[letter] = key.reveal();
  }
});
afterAll(async () => {
  printTable();
  await server.stop();
});

type Description = { openapi: string; paths: Record<string, Record<string, { summary?: string }>> };

async function describedRoutes(): Promise<[string, { summary?: string }][]> {
  const answer = await server.call('GET', '/openapi.json');
  const { openapi, paths } = answer.body as Description;
  expect(openapi).toMatch(/^3\.1/);
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, { summary?: string }] => [
      `${method.toUpperCase()} ${path.replace('/api/v1', '')}`,
      operation,
    ]),
  );
}

test('every route is described, and stands in the table of who may call it', async () => {
  const routes = await describedRoutes();
  expect(routes.map(([route]) => route).sort()).toEqual(Object.keys(ACCESS).sort());
  for (const [route, { summary }] of routes) {
    expect(summary, route).toBeTruthy();
  }
});

/** Calls a route with ids of nothing and an empty body: whoever is let in gets another refusal. */
async function ask(route: string, as: string): Promise<'yes' | 'no' | '401'> {
  const [method = '', path = ''] = route.split(' ');
  const hasBody = method !== 'GET' && method !== 'DELETE';
  if (path === '/events/stream') {
    return askStream(as);
  }
  const { status, body } = await server.call(method, path.replaceAll(/\{\w+\}/g, 'none'), {
    as,
    ...(hasBody ? { body: {} } : {}),
  });
  const code = (body as { error?: { code: string } } | undefined)?.error?.code;
  if (code === 'unauthenticated') {
    return '401';
  }
  return code === 'forbidden' ? 'no' : status < 500 ? 'yes' : 'no';
}

/** The stream never ends by itself. */
async function askStream(as: string): Promise<'yes' | 'no' | '401'> {
  const hangUp = new AbortController();
  const { status } = await fetch(`${server.url}/api/v1/events/stream`, {
    headers: as === '' ? {} : { authorization: `Bearer ${as}` },
    signal: hangUp.signal,
  });
  hangUp.abort();
  return status === 200 ? 'yes' : status === 401 ? '401' : 'no';
}

test.each(Object.entries(ACCESS))('%s is open to %s and to nobody else', async (route, allowed) => {
  const answers: Record<string, string> = {};
  for (const [caller, credential] of Object.entries(credentials)) {
    answers[caller] = await ask(route, credential);
  }
  seen.set(route, answers);
  const everybody = allowed === '*';
  const opened = Object.keys(CALLERS).filter((letter) => answers[letter] === 'yes');
  expect(opened.join('')).toBe(everybody ? Object.keys(CALLERS).join('') : allowed);
  for (const caller of Object.keys(NOBODY)) {
    expect(answers[caller], caller).toBe(everybody ? 'yes' : '401');
  }
});

test('whoever may create but not edit still connects Pages and switches them', () => {
  expect(ACCESS['POST /gateways/{id}/connect']).toContain('c');
  expect(ACCESS['PATCH /gateways/{id}/pages']).toContain('c');
  expect(ACCESS['PATCH /gateways/{id}']).not.toContain('c');
});

/** Printed by every run: what a reviewer wants to see at one look. */
function printTable(): void {
  const callers = [...Object.keys(CALLERS), ...Object.keys(NOBODY)];
  const names: Record<string, string> = { ...CALLERS };
  const width = Math.max(...[...seen.keys()].map((route) => route.length));
  const cells = (first: string, rest: readonly string[]) =>
    `| ${[first.padEnd(width), ...rest].join(' | ')} |`;
  const heads = callers.map((caller) => names[caller] ?? caller);
  const rows = [...seen].map(([route, answers]) =>
    cells(
      route,
      callers.map((caller, n) => (answers[caller] ?? '').padEnd(heads[n]?.length ?? 0)),
    ),
  );
  const rule = cells(
    '-'.repeat(width),
    heads.map((head) => '-'.repeat(head.length)),
  );
  process.stdout.write(`\n${[cells('route', heads), rule, ...rows].join('\n')}\n`);
}
