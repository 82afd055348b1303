import type { CreatedApiKey, Permission, Role, SentInvitation, User } from '@chatgate/contract';
import { type RunningApp, runApp } from '../../../test-support/app.ts';

export const PASSWORD = 'twelve letters and more';

type Body = { error?: { code: string; details?: Record<string, unknown> } };
export type Answer = { status: number; code: string | undefined; body: never };

export type Member = { id: string; name: string; email: string; cookie: string };

/** The whole server, and ways to have people in it: each comes from an address of their own. */
export async function openOffice(env: Record<string, string> = {}) {
  const server = await runApp({ CHATGATE_TRUSTED_PROXIES: '127.0.0.1/32', ...env });
  let visitors = 0;
  const address = () => {
    visitors += 1;
    return { 'x-forwarded-for': `10.0.${Math.floor(visitors / 250)}.${visitors % 250}` };
  };

  /** Of `at`, when there are several processes. */
  async function ask(
    as: string,
    method: string,
    path: string,
    body?: unknown,
    at: RunningApp = server,
  ): Promise<Answer> {
    const answer = await at.call(method, path, {
      as,
      headers: address(),
      ...(body === undefined ? {} : { body }),
    });
    const { error } = (answer.body ?? {}) as Body;
    return { status: answer.status, code: error?.code, body: answer.body };
  }

  async function signIn(who: { email: string; password?: string }): Promise<string> {
    const { headers } = await server.call('POST', '/session', {
      body: { email: who.email, password: who.password ?? PASSWORD },
      headers: address(),
    });
    return cookiesIn(headers);
  }

  const admin = await server.signIn();

  return {
    ...{ server, ask, signIn, admin },
    /** Somebody who can sign in, and has. */
    async member(name: string, role: string): Promise<Member> {
      const email = `${name.toLowerCase()}@example.test`;
      await server.app.core.auth.createUser({ name, email, password: PASSWORD, role });
      const cookie = await signIn({ email });
      const { body } = await ask(cookie, 'GET', '/me');
      return { id: (body as { id: string }).id, name, email, cookie };
    },
    async role(name: string, permissions: Permission[]): Promise<Role> {
      return (await ask(admin, 'POST', '/roles', { name, permissions })).body;
    },
    async person(id: string): Promise<User | undefined> {
      const { body } = await ask(admin, 'GET', '/users?limit=200');
      return (body as { items: User[] }).items.find((user) => user.id === id);
    },
    async key(as: string, wish: { role: string; expiresAt?: number | null }) {
      const body = { name: 'A program', expiresAt: null, ...wish };
      return (await ask(as, 'POST', '/api-keys', body)).body as CreatedApiKey;
    },
    async invite(as: string, wish: { email: string; role: string }): Promise<SentInvitation> {
      return (await ask(as, 'POST', '/invitations', { name: 'Somebody', ...wish })).body;
    },
    /** Gives the answer, and the cookie that it brought. */
    async accept(link: string | null, password = PASSWORD) {
      const { status, headers, body } = await server.call('POST', '/invitations/accept', {
        body: { token: tokenOf(link), name: 'Somebody', password },
        headers: address(),
      });
      const { error } = (body ?? {}) as Body;
      return { status, code: error?.code, cookie: cookiesIn(headers) };
    },
    /** Actions in the audit log, the newest first. */
    async audited(): Promise<string[]> {
      const { body } = await ask(admin, 'GET', '/audit');
      return (body as { items: { action: string }[] }).items.map(({ action }) => action);
    },
    stop: () => server.stop(),
  };
}

export type Office = Awaited<ReturnType<typeof openOffice>>;

export const tokenOf = (link: string | null) => link?.split('#token=')[1] ?? '';

const cookiesIn = (headers: Headers) =>
  headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
