import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../../../platform/db/index.ts';
import type { People } from '../people/better-auth.ts';
import { deleteSession } from './store.ts';

/** A request of a browser, and the answer whose cookies change with its session. */
export type BrowserCall = { readonly request: FastifyRequest; readonly reply: FastifyReply };

/** The session of this browser: what of better-auth begins, finds and ends it. */
export function createSessionCalls({ db, people }: { db: Database; people: People }) {
  const headersOf = ({ headers }: FastifyRequest) =>
    new Headers({ cookie: headers.cookie ?? '', 'user-agent': headers['user-agent'] ?? '' });

  const passCookies = (response: Response, reply: FastifyReply) => {
    for (const cookie of response.headers.getSetCookie()) {
      reply.header('set-cookie', cookie);
    }
  };

  async function find(cookie: string) {
    return (await people.api.getSession({ headers: new Headers({ cookie }) })) ?? undefined;
  }

  return {
    find,

    /** Begins a session with a new id; the one that this browser had ends. */
    async begin({ request, reply }: BrowserCall, userId: string): Promise<void> {
      const { cookie } = request.headers;
      const before = cookie === undefined ? undefined : await find(cookie);
      const response = await people.api.beginSession({
        headers: headersOf(request),
        body: { userId, address: request.ip },
        asResponse: true,
      });
      if (!response.ok) {
        throw new Error(`The session was not begun: ${response.status}.`);
      }
      passCookies(response, reply);
      if (before) {
        const { id } = before.session;
        await db.transaction((tx) => deleteSession(tx, { id, userId: before.user.id }));
      }
    },

    async end({ request, reply }: BrowserCall): Promise<void> {
      const headers = headersOf(request);
      passCookies(await people.api.signOut({ headers, asResponse: true }), reply);
    },
  };
}

export type SessionCalls = ReturnType<typeof createSessionCalls>;
