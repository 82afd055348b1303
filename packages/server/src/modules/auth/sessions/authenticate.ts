import type { FastifyRequest } from 'fastify';
import type { Actor } from '../actor.ts';
import { findCaller } from '../api-keys/find-caller.ts';
import type { AccessDeps } from '../deps.ts';
import { roleOf } from '../roles/role-of.ts';
import type { SessionCalls } from './session-calls.ts';
import { noteSeen } from './store.ts';

const MINUTE_MS = 60_000;

/** Who calls: by the session cookie or `Authorization: Bearer cg_…`. Read anew for every request. */
export function createAuthenticate(
  deps: Pick<AccessDeps, 'db' | 'clock'> & { readonly sessions: SessionCalls },
): (request: FastifyRequest) => Promise<Actor | undefined> {
  const { db, clock, sessions } = deps;

  async function noteUse(id: string, lastSeenAt: number): Promise<void> {
    const now = clock.now();
    const notSince = now - MINUTE_MS;
    if (lastSeenAt <= notSince) {
      await db.transaction((tx) => noteSeen(tx, { id, now, notSince }));
    }
  }

  return async (request) => {
    const { authorization, cookie } = request.headers;
    // A proxy's own password: browsers send it with every request, beside our cookie.
    if (authorization !== undefined && !/^Basic /i.test(authorization)) {
      return findCaller(deps, authorization.replace(/^Bearer /i, ''));
    }
    const found = cookie === undefined ? undefined : await sessions.find(cookie);
    if (!found || found.user.banned) {
      return undefined;
    }
    const { id, name, email } = found.user;
    const sessionId = found.session.id;
    await noteUse(sessionId, found.session.lastSeenAt ?? 0);
    const { permissions, ...role } = await roleOf(db.read, found.user.role ?? '');
    return { kind: 'person', id, name, email, role, permissions, ownerId: id, sessionId };
  };
}
