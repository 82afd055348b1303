import type { MetaProblem } from '@chatgate/contract';
import { Type } from 'typebox';
import { AppError } from '../../platform/errors.ts';
import type { Secret } from '../../platform/secret.ts';
import { type AppCredentials, type Graph, MetaError, type Tally } from '../graph/index.ts';

/** The app's own subscription to the object `page`. */
export type PageSubscription = { readonly callbackUrl: string; readonly fields: readonly string[] };

/** What Meta holds for the app, read before anything is stored. */
export type WebhookBefore =
  | { readonly kind: 'read'; readonly subscription: PageSubscription | undefined }
  | { readonly kind: 'unreadable'; readonly problem: MetaProblem };

export type Registration =
  | { readonly kind: 'registered' }
  | { readonly kind: 'failed'; readonly problem: MetaProblem };

/** The few things a gateway asks of Meta in the name of its app. */
export type AppAtMeta = {
  /** Throws `meta_refused` with Meta's own words, or `meta_unreachable`. */
  verify: (app: AppCredentials) => Promise<{ name: string | null }>;
  readSubscription: (app: AppCredentials) => Promise<WebhookBefore>;
  subscribe: (
    app: AppCredentials,
    webhook: { callbackUrl: string; verifyToken: Secret; fields: readonly string[] },
  ) => Promise<Registration>;
  /** Removes the object `page` only; other objects of the app are not ours. */
  unsubscribe: (app: AppCredentials) => Promise<Registration>;
};

const AppNode = Type.Object({ name: Type.Optional(Type.String()) });
const Subscription = Type.Object({
  object: Type.String(),
  callback_url: Type.Optional(Type.String()),
  // Meta's reference says strings; current versions send objects with a name.
  fields: Type.Optional(
    Type.Array(Type.Union([Type.String(), Type.Object({ name: Type.String() })])),
  ),
});
const Success = Type.Object({ success: Type.Unknown() });

export function createAppAtMeta(graph: Graph): AppAtMeta {
  /** Meta's handshake happens inside this call, so it may take its whole time-out. */
  async function attempt(call: () => Promise<unknown>): Promise<Registration> {
    try {
      await call();
      return { kind: 'registered' };
    } catch (error) {
      return { kind: 'failed', problem: asMetaError(error).problem() };
    }
  }

  return {
    async verify(app) {
      const tally: Tally = { requests: 0, calls: 0 };
      try {
        await graph.appToken({ ...app, tally });
        assertVersionOffered(app.version, tally.version);
        const node = await graph.asApp(app).get(app.appId, { fields: 'name' }, AppNode);
        return { name: node.name ?? null };
      } catch (error) {
        throw error instanceof AppError ? error : refusalOf(asMetaError(error));
      }
    },
    async readSubscription(app) {
      try {
        const { items, complete, problem } = await graph
          .asApp(app)
          .all(`${app.appId}/subscriptions`, {}, Subscription);
        if (!complete) {
          return {
            kind: 'unreadable',
            problem: problem?.problem() ?? { message: 'The list was incomplete.' },
          };
        }
        const page = items.find((item) => item.object === 'page');
        return {
          kind: 'read',
          subscription: page?.callback_url
            ? {
                callbackUrl: page.callback_url,
                fields: (page.fields ?? []).map((field) =>
                  typeof field === 'string' ? field : field.name,
                ),
              }
            : undefined,
        };
      } catch (error) {
        return { kind: 'unreadable', problem: asMetaError(error).problem() };
      }
    },
    subscribe: (app, { callbackUrl, verifyToken, fields }) =>
      attempt(() =>
        graph.asApp(app).post(
          `${app.appId}/subscriptions`,
          {
            object: 'page',
            callback_url: callbackUrl,
            verify_token: verifyToken.reveal(),
            fields: fields.join(','),
            include_values: 'true',
          },
          Success,
        ),
      ),
    unsubscribe: (app) =>
      attempt(() =>
        graph.asApp(app).delete(`${app.appId}/subscriptions`, { object: 'page' }, Success),
      ),
  };
}

/**
 * Meta answers an expired version with the oldest one it still has, silently; the header
 * `facebook-api-version` tells (https://developers.facebook.com/docs/graph-api/guides/versioning).
 */
function assertVersionOffered(asked: string | null, ran: string | undefined): void {
  if (asked !== null && ran !== undefined && asked !== ran) {
    throw new AppError('meta_refused', `Meta does not offer ${asked} any more; it ran ${ran}.`, {
      details: {
        field: 'apiVersion',
        problem: { message: `${asked} is expired; Meta answered with ${ran}.` },
      },
    });
  }
}

function refusalOf(error: MetaError): AppError {
  return error.kind === 'refused'
    ? new AppError('meta_refused', `Facebook refused: ${error.message}`, {
        cause: error,
        details: { problem: error.problem() },
      })
    : new AppError('meta_unreachable', error.message, {
        cause: error,
        details: { problem: error.problem() },
      });
}

function asMetaError(error: unknown): MetaError {
  if (error instanceof MetaError) {
    return error;
  }
  throw error;
}
