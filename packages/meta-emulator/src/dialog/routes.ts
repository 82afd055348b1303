import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Core, randomText } from '../core.ts';
import type { Visit, VisitStep } from '../entities.ts';
import { isKnownVersion } from '../graph/versions.ts';
import { findGrant, pagesOf } from '../store.ts';
import { createFlow, type DialogDeps, type Move, type WindowForm } from './flow.ts';
import { type WindowError, windowError } from './rules.ts';
import {
  errorWindow,
  linkedWindow,
  loginWindow,
  pagesWindow,
  permissionsWindow,
  returnWindow,
  type WindowContext,
  welcomeWindow,
} from './windows.ts';

const COOKIE = 'emulator_person';

export const WINDOWS: Readonly<Record<VisitStep, (context: WindowContext) => string>> = {
  login: loginWindow,
  welcome: welcomeWindow,
  return: returnWindow,
  pages: pagesWindow,
  permissions: permissionsWindow,
  linked: linkedWindow,
};

export const DIALOG_PATHS = ['/dialog/oauth', '/:version/dialog/oauth'] as const;

/** The login dialog: one address that apps open, and one for the windows of a visit. */
export function registerDialog(app: FastifyInstance, deps: DialogDeps): void {
  void app.register(formbody);
  const { core, faults } = deps;
  const flow = createFlow(deps);
  app.addHook('onRequest', async (_request, reply) => {
    void reply.header('Cache-Control', 'no-store');
    if (faults.look('dialog_coop')) {
      void reply.header('Cross-Origin-Opener-Policy', 'same-origin');
    }
  });
  const open = async (request: FastifyRequest, reply: FastifyReply) => {
    const { version } = request.params as { version?: string };
    if (faults.look('dialog_down')) {
      return showError(reply.code(500), SORRY);
    }
    if (!isKnownVersion(version)) {
      return showError(reply.code(400), NO_VERSION);
    }
    const visit = flow.open(request.query as Record<string, string>, personOf(core, request));
    if ('kind' in visit) {
      if (visit.title === 'App not active') {
        // Without this nobody else could log in from here.
        setSession(core, { reply, personId: null });
      }
      return showError(reply, visit);
    }
    return reply.redirect(`/login-window/${visit.id}`, 303);
  };
  for (const path of DIALOG_PATHS) {
    app.get(path, open);
  }
  const visitOf = (request: FastifyRequest) =>
    core.store.state.visits[(request.params as { id: string }).id];
  app.get('/login-window/:id', async (request, reply) => {
    const visit = visitOf(request);
    return visit ? showWindow(deps, { reply, visit }) : showError(reply.code(404), GONE);
  });
  app.post('/login-window/:id', async (request, reply) => {
    const visit = visitOf(request);
    return visit
      ? follow(deps, { reply, visit, move: flow.submit(visit, parseForm(request.body)) })
      : showError(reply.code(404), GONE);
  });
}

function personOf({ store }: Core, request: FastifyRequest): string | null {
  const cookie = new RegExp(`(?:^|; )${COOKIE}=([^;]+)`).exec(request.headers.cookie ?? '')?.[1];
  return store.state.sessions[cookie ?? ''] ?? null;
}

function setSession(
  core: Core,
  { reply, personId }: { reply: FastifyReply; personId: string | null },
) {
  const session = randomText(core, 32);
  if (personId !== null) {
    core.store.state.sessions[session] = personId;
    core.store.changed();
  }
  const value = personId === null ? '' : session;
  const end = personId === null ? '; Max-Age=0' : '';
  void reply.header('Set-Cookie', `${COOKIE}=${value}; Path=/; HttpOnly; SameSite=Lax${end}`);
}

/** Shows where a visit stands. */
function showWindow(
  { core, faults }: DialogDeps,
  { reply, visit, notice }: { reply: FastifyReply; visit: Visit; notice?: string },
) {
  if (visit.step === 'pages' && faults.look('dialog_no_page_list')) {
    return showError(reply, NO_PAGES);
  }
  const { state } = core.store;
  const { [visit.appId]: app } = state.apps;
  const person = state.people[visit.personId ?? ''];
  if (!app) {
    return showError(reply, GONE);
  }
  const context: WindowContext = {
    visit,
    app,
    people: Object.values(state.people),
    person,
    grant: person && findGrant(state, app, person),
    pages: person ? pagesOf(state, person.id) : [],
    notice,
  };
  return sendPage(reply, WINDOWS[visit.step](context));
}

function follow(
  deps: DialogDeps,
  { reply, visit, move }: { reply: FastifyReply; visit: Visit; move: Move },
) {
  switch (move.kind) {
    case 'error':
      return showError(reply, move);
    case 'leave':
      return reply.redirect(move.url, 303);
    case 'session':
      setSession(deps.core, { reply, personId: move.personId });
      return reply.redirect(`/login-window/${visit.id}`, 303);
    case 'window':
      return move.notice === undefined
        ? reply.redirect(`/login-window/${visit.id}`, 303)
        : showWindow(deps, { reply, visit, notice: move.notice });
  }
}

const showError = (reply: FastifyReply, error: WindowError) => sendPage(reply, errorWindow(error));

const sendPage = (reply: FastifyReply, markup: string) =>
  reply.type('text/html; charset=utf-8').send(markup);

const GONE = windowError(
  'This window is over',
  'It was finished or given up.',
  'Start again in the app.',
);
const SORRY = windowError(
  'Sorry, something went wrong',
  'This fault is switched on.',
  'Try again later.',
);
const NO_VERSION = windowError('Unknown version', 'There is no such version.', 'Use v26.0.');
const NO_PAGES = windowError(
  'No list of Pages',
  'The Pages you manage cannot be shown.',
  'Close the window, open it again and press Edit settings.',
);

function parseForm(body: unknown): WindowForm {
  const values = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const text = (name: string) => (typeof values[name] === 'string' ? values[name] : '');
  const list = (name: string) =>
    [values[name] ?? []].flat().filter((value) => typeof value === 'string');
  return {
    step: text('step'),
    action: text('action'),
    email: text('email'),
    password: text('password'),
    which: text('which'),
    pages: list('page'),
    scopes: list('scope'),
  };
}
