import { type Core, seconds } from '../core.ts';
import type { App } from '../entities.ts';
import { signedRequest } from '../signing.ts';

const TIMEOUT_MS = 10_000;
const DELETION_SECONDS = 3600;

export interface CallbackResult {
  readonly status: number | null;
  readonly text: string;
}

/**
 * The callbacks that carry a `signed_request`: deauthorize and data deletion.
 *
 * https://developers.facebook.com/docs/development/create-an-app/app-dashboard/data-deletion-callback
 */
export function createCallbacks({ core }: { core: Core }) {
  const underWay = new Set<Promise<unknown>>();

  const send = async (
    app: App,
    { url, about, payload }: { url: string; about: string; payload: object },
  ) => {
    const body = new URLSearchParams({ signed_request: signedRequest(app.secret, payload) });
    const result = await postForm(core, { url, body });
    core.store.log(
      core.clock.now(),
      `${about} callback to ${url}: ${result.status ?? result.text}`,
    );
    return result;
  };

  return {
    /** Returns at once; `settle` waits for it. Nothing happens without a callback URL. */
    deauthorized({
      appId,
      personId,
      pageId,
    }: {
      appId: string;
      personId?: string;
      pageId?: string;
    }): void {
      const app = core.store.state.apps[appId];
      if (!app || app.deauthorizeUrl === '') {
        return;
      }
      const issuedAt = seconds(core.clock.now());
      const payload = {
        ...(pageId === undefined ? {} : { profile_id: pageId }),
        user_id: personId ?? '',
        algorithm: 'HMAC-SHA256',
        issued_at: issuedAt,
      };
      const done: Promise<unknown> = send(app, {
        url: app.deauthorizeUrl,
        about: 'Deauthorize',
        payload,
      });
      underWay.add(done);
      void done.finally(() => underWay.delete(done));
    },
    /** Asks the app to delete what it holds about a person; the answer is the app's own. */
    async requestDeletion({
      appId,
      personId,
    }: {
      appId: string;
      personId: string;
    }): Promise<CallbackResult> {
      const app = core.store.state.apps[appId];
      if (!app || app.dataDeletionUrl === '') {
        return { status: null, text: 'The app has no data deletion URL.' };
      }
      const issuedAt = seconds(core.clock.now());
      return await send(app, {
        url: app.dataDeletionUrl,
        about: 'Data deletion',
        payload: {
          algorithm: 'HMAC-SHA256',
          expires: issuedAt + DELETION_SECONDS,
          issued_at: issuedAt,
          user_id: personId,
        },
      });
    },
    async settle(): Promise<void> {
      await Promise.allSettled(underWay);
    },
  };
}

export type Callbacks = ReturnType<typeof createCallbacks>;

async function postForm(
  core: Core,
  { url, body }: { url: string; body: URLSearchParams },
): Promise<CallbackResult> {
  try {
    const response = await core.fetch(url, {
      method: 'POST',
      body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    return { status: null, text: error instanceof Error ? error.message : String(error) };
  }
}
