import type { Secret } from '../../platform/secret.ts';
import type { Registration, WebhookBefore } from './webhook.ts';

export type AppCredentials = {
  readonly appId: string;
  readonly appSecret: Secret;
  readonly version: string | null;
};

/** The app's own subscription to the object `page`. */
export type PageSubscription = { readonly callbackUrl: string; readonly fields: readonly string[] };

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
