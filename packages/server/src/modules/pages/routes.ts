import {
  ChangePages,
  ChangePagesResult,
  ConnectAttempt,
  ConnectStarted,
  ListPages,
  PageList,
  RefreshJob,
  RefreshStarted,
  StartConnect,
} from '@chatgate/contract';
import { Type } from 'typebox';
import type { Api } from '../../platform/http/api.ts';
import { actorOf } from '../auth/index.ts';
import { loadAttempt, startAttempt } from './connect/attempts.ts';
import type { PagesDeps } from './deps.ts';
import { findAccounts } from './grant-store.ts';
import { loadRefresh, startRefresh } from './refresh/refresh-job.ts';
import { listPages } from './registry/list-pages.ts';
import { removeForEveryone } from './remove-for-everyone.ts';
import { findPages } from './store.ts';
import { changePages } from './subscription/change-pages.ts';

const tags = ['Facebook pages'];
const Id = Type.String({ minLength: 1, maxLength: 64 });
const OfGateway = Type.Object({ id: Id });
const OfPage = Type.Object({ id: Id, pageId: Id });
const read = { access: { section: 'gateways', anyOf: ['read'] } } as const;
/** Either alone is enough to add, remove and switch. */
const change = { access: { section: 'gateways', anyOf: ['create', 'edit'] } } as const;
const edit = { access: { section: 'gateways', anyOf: ['edit'] } } as const;

export function registerConnectRoutes(api: Api, deps: PagesDeps): void {
  api.post(
    '/gateways/:id/connect',
    {
      config: change,
      schema: {
        summary: 'Start adding or removing Pages',
        description:
          'Open `url` in a window: it leads through the log-in at Facebook, works once and for ten minutes, and only for the session that asked (with an API key: for whoever opens it first). Starting again takes the place of an attempt left open.',
        tags,
        params: OfGateway,
        body: StartConnect,
        response: { 201: ConnectStarted },
        errors: ['not_found'],
      },
    },
    async (request, reply) => {
      const { reauthenticate = false, sameTab = false } = request.body;
      const started = await startAttempt(deps, {
        gatewayId: request.params.id,
        actor: actorOf(request),
        reauthenticate,
        sameTab,
      });
      return reply.code(201).send(started);
    },
  );

  api.get(
    '/gateways/:id/connect/:attemptId',
    {
      config: read,
      schema: {
        summary: 'How a log-in went',
        description:
          'Pending until `status` says otherwise; then what was added, kept and removed.',
        tags,
        params: Type.Object({ id: Id, attemptId: Id }),
        response: { 200: ConnectAttempt },
        errors: ['not_found'],
      },
    },
    (request) => loadAttempt(deps, { gatewayId: request.params.id, id: request.params.attemptId }),
  );
}

export function registerRegistryRoutes(api: Api, deps: PagesDeps): void {
  api.get(
    '/gateways/:id/pages',
    {
      config: read,
      schema: {
        summary: 'List the connected Pages',
        description:
          'Sorted by urgency unless asked otherwise. `search` looks at names and ids, `*` stands for anything.',
        tags,
        params: OfGateway,
        querystring: ListPages,
        response: { 200: PageList },
        errors: ['not_found'],
      },
    },
    (request) => listPages(deps, { gatewayId: request.params.id, query: request.query }),
  );
}

export function registerChangeRoutes(
  api: Api,
  deps: PagesDeps & { readonly onRemoved: () => void },
): void {
  api.patch(
    '/gateways/:id/pages',
    {
      config: change,
      schema: {
        summary: 'Switch receiving on or off',
        description:
          'Answers 200 with one result per Page, also when Meta refused some. `ok` is true only when reading Meta again confirmed it; otherwise the wish is kept. A stale `version` is refused with `conflict` for that Page.',
        tags,
        params: OfGateway,
        body: ChangePages,
        response: { 200: ChangePagesResult },
        errors: ['not_found'],
      },
    },
    (request) =>
      changePages(deps, {
        gatewayId: request.params.id,
        changes: request.body.changes,
        actor: actorOf(request),
      }),
  );

  api.delete(
    '/gateways/:id/pages/:pageId',
    {
      config: edit,
      schema: {
        summary: 'Remove a Page for everyone',
        description:
          'Ends every grant and unsubscribes the Page at Meta, in the background for up to 24 hours. Conversations are kept.',
        tags,
        params: OfPage,
        response: { 204: Type.Null() },
        errors: ['not_found'],
      },
    },
    async (request, reply) => {
      const { id: gatewayId, pageId } = request.params;
      await removeForEveryone(deps, { gatewayId, pageId, actor: actorOf(request) });
      deps.onRemoved();
      return reply.code(204).send(null);
    },
  );
}

export function registerRefreshRoutes(
  api: Api,
  deps: PagesDeps & { readonly onRefresh: () => void },
): void {
  api.post(
    '/gateways/:id/pages/refresh',
    {
      config: read,
      schema: {
        summary: 'Read Meta again',
        description: 'Names, pictures, subscriptions and grants. One at a time per gateway.',
        tags,
        params: OfGateway,
        response: { 202: RefreshStarted },
        errors: ['not_found'],
      },
    },
    async (request, reply) => {
      const actor = actorOf(request);
      const jobId = await startRefresh(deps, { gatewayId: request.params.id, actor });
      deps.onRefresh();
      return reply.code(202).send({ jobId });
    },
  );

  api.get(
    '/gateways/:id/pages/refresh/:jobId',
    {
      config: read,
      schema: {
        summary: 'How far a refresh is',
        description: '`latest` instead of an id gives the one started last.',
        tags,
        params: Type.Object({ id: Id, jobId: Id }),
        response: { 200: RefreshJob },
        errors: ['not_found'],
      },
    },
    (request) => loadRefresh(deps, { gatewayId: request.params.id, id: request.params.jobId }),
  );
}

export function registerPictureRoutes(api: Api, deps: PagesDeps): void {
  const { db, pictures } = deps;
  const schema = (summary: string) => ({
    summary,
    description: 'PNG, JPEG, GIF or WebP; 404 where there is none to show.',
    tags,
  });

  api.get(
    '/gateways/:id/pages/:pageId/picture',
    {
      config: read,
      schema: { ...schema('Picture of a Page'), params: OfPage, errors: ['not_found'] },
    },
    async ({ params }, reply) => {
      const pageIds = [params.pageId];
      const [page] = await findPages(db.read, { gatewayId: params.id, pageIds });
      return pictures.send(reply, page?.picture_url);
    },
  );

  api.get(
    '/gateways/:id/accounts/:accountId/picture',
    {
      config: read,
      schema: {
        ...schema('Picture of an account'),
        params: Type.Object({ id: Id, accountId: Id }),
        errors: ['not_found'],
      },
    },
    async ({ params }, reply) => {
      const accountIds = [params.accountId];
      const [account] = await findAccounts(db.read, { gatewayId: params.id, accountIds });
      return pictures.send(reply, account?.picture_url);
    },
  );
}
