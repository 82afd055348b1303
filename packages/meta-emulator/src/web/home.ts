import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Core } from '../core.ts';
import type { App } from '../entities.ts';
import { parseFault } from '../fault-table.ts';
import type { Faults } from '../faults.ts';
import { isGraphQuery } from '../graph/http.ts';
import type { People } from '../people.ts';
import { homePage } from './home-page.ts';
import { isLoopbackOrigin } from './hosts.ts';

export interface HomeDeps {
  readonly core: Core;
  readonly faults: Faults;
  readonly people: People;
  readonly reset: () => void;
  /** `GET /?ids=` belongs to the Graph API and shares the address. */
  readonly answerGraph: AnswerGraph;
}

export type AnswerGraph = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

type Form = Readonly<Record<string, string | string[] | undefined>>;

/** The home page and its buttons; each leads back to where it stands. */
export function registerHome(app: FastifyInstance, deps: HomeDeps): void {
  const { core, faults, people } = deps;
  void app.register(formbody);
  app.addHook('onRequest', async (request, reply) => {
    if (request.method === 'POST' && !isLoopbackOrigin(request.headers.origin)) {
      await reply.code(403).send('Pages of other sites may not do this.');
    }
  });
  app.get('/', async (request, reply) => {
    if (isGraphQuery(request.query) || request.headers.authorization !== undefined) {
      return deps.answerGraph(request, reply);
    }
    return reply.type('text/html; charset=utf-8').send(homePage(core));
  });
  app.post('/emulator/reset', async (_request, reply) => {
    deps.reset();
    return reply.redirect('/', 303);
  });
  app.post<{ Params: { id: string }; Body: Form }>(
    '/emulator/settings/:id',
    async ({ params, body }, reply) => {
      const target = core.store.state.apps[params.id];
      if (target) {
        applySettings(target, body);
        core.store.changed();
      }
      return reply.redirect('/#settings', 303);
    },
  );
  app.post<{ Params: { name: string }; Body: Form }>(
    '/emulator/faults/:name',
    async ({ params, body }, reply) => {
      const { action, ...values } = body;
      const parsed = parseFault(params.name, values);
      if (typeof parsed === 'string') {
        return reply.code(400).type('text/plain').send(parsed);
      }
      if (action === 'on') {
        faults.set(parsed.name, parsed.setting);
      } else {
        faults.clear(parsed.name);
      }
      return reply.redirect('/#faults', 303);
    },
  );
  app.post<{ Params: { id: string }; Body: Form }>(
    '/emulator/people/:id',
    async ({ params, body }, reply) => {
      const appId = String(body['app'] ?? '');
      switch (body['action']) {
        case 'password':
          people.changePassword(params.id);
          break;
        case 'remove':
          people.removeApp(params.id, appId);
          break;
        default:
          await people.requestDeletion(params.id, appId);
      }
      return reply.redirect('/#people', 303);
    },
  );
}

const linesOf = (value: Form[string]) =>
  String(value ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

function applySettings(app: App, form: Form): void {
  const { mode } = form;
  app.redirectUris = linesOf(form['redirectUris']);
  app.domains = linesOf(form['domains']);
  app.scopes = linesOf(form['scopes']);
  app.deauthorizeUrl = String(form['deauthorizeUrl'] ?? '').trim();
  app.dataDeletionUrl = String(form['dataDeletionUrl'] ?? '').trim();
  app.mode = mode === 'development' ? 'development' : 'live';
  app.requireProof = form['requireProof'] === 'on';
  app.allowSettingsByApi = form['allowSettingsByApi'] === 'on';
  app.roles = [form['roles'] ?? []].flat();
}
