import { createHmac } from 'node:crypto';
import { Secret } from '../../platform/secret.ts';

declare const tokenOf: unique symbol;

/** A person's (or system user's) token. Not a Page's: the types keep them from being mixed up. */
export type UserToken = Secret & { readonly [tokenOf]: 'user' };
/** The token one person holds for one Page. */
export type PageToken = Secret & { readonly [tokenOf]: 'page' };

export const asUserToken = (value: string) => new Secret(value) as UserToken;
export const asPageToken = (value: string) => new Secret(value) as PageToken;

/** A gateway's Meta app, as its calls need it. */
export type AppCredentials = {
  readonly appId: string;
  readonly appSecret: Secret;
  /** `vN.M`; null leaves the choice to the app's setting at Meta. */
  readonly version: string | null;
};

/** https://developers.facebook.com/docs/facebook-login/guides/access-tokens#apptokens */
export const appTokenOf = ({ appId, appSecret }: AppCredentials) =>
  new Secret(`${appId}|${appSecret.reveal()}`);

/** https://developers.facebook.com/docs/graph-api/guides/secure-requests */
export function proofOf(token: Secret, appSecret: Secret): string {
  return createHmac('sha256', appSecret.reveal()).update(token.reveal()).digest('hex');
}
