import { createFlow, type DialogDeps, type WindowForm } from './dialog/flow.ts';
import type { Person, Visit, VisitStep } from './entities.ts';

interface AuthorizeOptions {
  /** The dialog's address as the app made it. */
  readonly url: string;
  /** Id or e-mail. */
  readonly person: string;
  readonly pages?: 'all' | readonly string[];
  /** Scopes to leave un-ticked. */
  readonly decline?: readonly string[];
  /** On a return visit, press "Continue as" and change nothing. */
  readonly isShortcut?: boolean;
  readonly isCancelled?: boolean;
}

export type Authorize = (options: AuthorizeOptions) => { readonly redirect: string };

/** The login window without a browser: the same steps, pressed by the program. */
export function createAuthorize(deps: DialogDeps): Authorize {
  const flow = createFlow(deps);
  return (options) => {
    const { people } = deps.core.store.state;
    const who = Object.values(people).find(({ id, email }) => [id, email].includes(options.person));
    const query = Object.fromEntries(new URL(options.url).searchParams);
    const visit = flow.open(query, who?.id ?? null);
    if ('kind' in visit) {
      throw new Error(`${visit.title}: ${visit.text}`);
    }
    for (;;) {
      const move = flow.submit(visit, press(options, { visit, who }));
      if (move.kind === 'leave') {
        return { redirect: move.url };
      }
      if (move.kind === 'error') {
        throw new Error(`${move.title}: ${move.text}`);
      }
      if (move.kind === 'window' && move.notice !== undefined) {
        throw new Error(move.notice);
      }
    }
  };
}

/** The form of the window a visit stands at, filled in. */
function press(
  { pages = 'all', decline = [], isShortcut = false, isCancelled = false }: AuthorizeOptions,
  { visit, who }: { visit: Visit; who: Person | undefined },
): WindowForm {
  const actions: Readonly<Record<VisitStep, string>> = {
    login: 'login',
    welcome: 'continue',
    return: isShortcut ? 'continue' : 'edit',
    pages: 'next',
    permissions: 'done',
    linked: 'ok',
  };
  return {
    step: visit.step,
    action: isCancelled ? 'cancel' : actions[visit.step],
    email: who?.email ?? '',
    password: who?.password ?? '',
    which: pages === 'all' ? 'all' : 'current',
    pages: pages === 'all' ? [] : pages,
    scopes: visit.scopes.filter((scope) => !decline.includes(scope)),
  };
}
