import createClient from 'openapi-fetch';
import type { components, paths } from './chatgate.d.ts';

/** What a program of somebody else's would do: everything by types made from openapi.json. */
export type Surroundings = {
  readonly baseUrl: string;
  readonly key: string;
  readonly app: { readonly id: string; readonly secret: string };
  /** Goes through the log-in window as a person would. */
  readonly logIn: (url: string) => Promise<void>;
  /** Writes to the Page as a customer would, until the message has arrived. */
  readonly write: (pageId: string, text: string) => Promise<void>;
};

type Attempt = components['schemas']['ConnectAttempt'];
type Conversation = components['schemas']['Conversation'];

export async function driveGateway({ baseUrl, key, app, logIn, write }: Surroundings) {
  const chatgate = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${key}` } });

  const made = await chatgate.POST('/api/v1/gateways', {
    body: { name: 'Driven by program', appId: app.id, appSecret: app.secret },
  });
  const id = given(made).id;
  const again = await chatgate.POST('/api/v1/gateways', {
    body: { name: 'A second one', appId: app.id, appSecret: app.secret },
  });
  // Every code a route declares is a type: another word does not compile.
  const refusal: 'app_id_taken' | undefined =
    again.error?.error.code === 'app_id_taken' ? again.error.error.code : undefined;

  const started = given(
    await chatgate.POST('/api/v1/gateways/{id}/connect', { params: { path: { id } }, body: {} }),
  );
  await logIn(started.url);
  const attempt: Attempt = given(
    await chatgate.GET('/api/v1/gateways/{id}/connect/{attemptId}', {
      params: { path: { id, attemptId: started.attemptId } },
    }),
  );

  const pages = given(
    await chatgate.GET('/api/v1/gateways/{id}/pages', {
      params: { path: { id }, query: { limit: 50, sort: 'name' } },
    }),
  );
  const [page] = pages.items;
  if (page === undefined) {
    throw new Error('No Page was connected.');
  }
  const switched = given(
    await chatgate.PATCH('/api/v1/gateways/{id}/pages', {
      params: { path: { id } },
      body: { changes: [{ pageId: page.id, receiving: true, version: page.version }] },
    }),
  );

  await write(page.id, 'Is anybody there?');
  const conversations: Conversation[] = given(
    await chatgate.GET('/api/v1/conversations', { params: { query: { pageId: page.id } } }),
  ).items;
  const [first] = conversations;
  const messages =
    first &&
    given(
      await chatgate.GET('/api/v1/conversations/{id}/messages', {
        params: { path: { id: first.id } },
      }),
    );
  return {
    refusal,
    added: attempt.added.map(({ name }) => name),
    switched: switched.results.map(({ ok }) => ok),
    texts: messages?.items.map(({ text }) => text) ?? [],
  };
}

function given<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  if (answer.data === undefined) {
    throw new Error(`${answer.response.status}: ${JSON.stringify(answer.error)}`);
  }
  return answer.data;
}
