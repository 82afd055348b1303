import { EndSessions, SessionList } from '@chatgate/contract';
import { Type } from 'typebox';
import type { Api } from '../../../platform/http/api.ts';
import { actorOf, personOf } from '../actor.ts';
import type { AccessDeps } from '../deps.ts';
import { manageUsers } from '../routes-access.ts';
import { endOneSession, endOwnSessions, endSessionsOf } from './end-sessions.ts';
import { readDevice } from './read-device.ts';
import type { SessionCalls } from './session-calls.ts';
import { listSessions } from './store.ts';

const Id = Type.Object({ id: Type.String({ maxLength: 64 }) });
const tags = ['Session'];

/** Where somebody is signed in, and ending it. */
export function registerSessionListRoutes(
  api: Api,
  deps: AccessDeps & { sessions: SessionCalls },
): void {
  const { db, clock } = deps;

  api.get(
    '/me/sessions',
    {
      config: { access: 'signed_in' },
      schema: {
        summary: 'Where I am signed in',
        description: 'For a signed-in person; an API key has no sessions.',
        tags,
        response: { 200: SessionList },
        errors: ['person_only'],
      },
    },
    async (request) => {
      const { userId, sessionId } = personOf(request);
      const found = await listSessions(db.read, { userId, now: clock.now() });
      const items = found
        .map((session) => ({
          ...session,
          ...readDevice(session.agent),
          isCurrent: session.id === sessionId,
        }))
        .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
      return { items };
    },
  );

  api.delete(
    '/me/sessions',
    {
      config: { access: 'signed_in' },
      schema: {
        summary: 'Sign out everywhere',
        description: 'Ends every session of the caller, this one too unless `keep=current`.',
        tags,
        querystring: EndSessions,
        response: { 204: Type.Null() },
        errors: ['person_only'],
      },
    },
    async (request, reply) => {
      const { actor, userId, sessionId } = personOf(request);
      const exceptId = request.query.keep === 'current' ? sessionId : undefined;
      await endOwnSessions(deps, { actor, userId, exceptId });
      if (exceptId === undefined) {
        await deps.sessions.end({ request, reply });
      }
      return reply.code(204).send(null);
    },
  );

  api.delete(
    '/me/sessions/:id',
    {
      config: { access: 'signed_in' },
      schema: {
        summary: 'End one of my sessions',
        tags,
        params: Id,
        response: { 204: Type.Null() },
        errors: ['person_only', 'not_found'],
      },
    },
    async (request, reply) => {
      const { actor, userId } = personOf(request);
      await endOneSession(deps, { actor, userId, id: request.params.id });
      return reply.code(204).send(null);
    },
  );
}

/** Ending the sessions of others. */
export function registerSessionsOfRoutes(api: Api, deps: AccessDeps): void {
  api.delete(
    '/users/:id/sessions',
    {
      config: manageUsers.edit,
      schema: {
        summary: 'Sign a person out everywhere',
        description:
          'Refused with `beyond_own_rights` for somebody who holds what the caller lacks.',
        tags: ['Users and roles'],
        params: Id,
        response: { 204: Type.Null() },
        errors: ['not_found', 'beyond_own_rights'],
      },
    },
    async (request, reply) => {
      await endSessionsOf(deps, actorOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );
}
