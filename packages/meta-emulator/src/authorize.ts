import { createFlow, type DialogDeps, type WindowForm } from './dialog/flow.ts';

export interface AuthorizeOptions {
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
  return ({
    url,
    person,
    pages = 'all',
    decline = [],
    isShortcut = false,
    isCancelled = false,
  }) => {
    const { people } = deps.core.store.state;
    const who = Object.values(people).find(({ id, email }) => id === person || email === person);
    const visit = flow.open(Object.fromEntries(new URL(url).searchParams), who?.id ?? null);
    if ('kind' in visit) {
      throw new Error(`${visit.title}: ${visit.text}`);
    }
    const empty: WindowForm = {
      step: visit.step,
      action: '',
      email: who?.email ?? '',
      password: who?.password ?? '',
      which: pages === 'all' ? 'all' : 'current',
      pages: pages === 'all' ? [] : pages,
      scopes: visit.scopes.filter((scope) => !decline.includes(scope)),
    };
    const actions: Readonly<Record<string, string>> = {
      login: 'login',
      welcome: 'continue',
      return: isShortcut ? 'continue' : 'edit',
      pages: 'next',
      permissions: 'done',
      linked: 'ok',
    };
    for (;;) {
      const action = isCancelled ? 'cancel' : (actions[visit.step] ?? '');
      const move = flow.submit(visit, { ...empty, step: visit.step, action });
      if (move.kind === 'leave') {
        return { redirect: move.url };
      }
      if (move.kind === 'error' || ('notice' in move && move.notice !== undefined)) {
        throw new Error(move.kind === 'error' ? `${move.title}: ${move.text}` : move.notice);
      }
    }
  };
}
