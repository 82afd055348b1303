import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { cookieOf } from '../../../platform/http/cookies.ts';
import { type Random, randomToken } from '../../../platform/random.ts';

const YEAR_S = 365 * 86_400;

/**
 * The mark of a browser in which an account signed in before: tries there are counted apart, so that
 * strangers who guess cannot lock the person out
 * (https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies).
 * It opens nothing. Each account has a cookie of its own: several people may share a browser.
 */
export function createKnownBrowsers(deps: { key: Buffer; random: Random; isSecure: boolean }) {
  const { key, random, isSecure } = deps;
  const nameOf = (account: string) => {
    const short = createHash('sha256').update(account).digest('hex').slice(0, 12);
    return `${isSecure ? '__Host-' : ''}chatgate.known_${short}`;
  };
  const sign = (account: string, mark: string) =>
    createHmac('sha256', key).update(`browser\n${account}\n${mark}`).digest();

  return {
    /** What tries of this browser are counted under; undefined when it is none we know. */
    find(account: string, cookies: string | undefined): string | undefined {
      const [mark = '', signature = ''] = (cookieOf(cookies, nameOf(account)) ?? '').split('.');
      const given = Buffer.from(signature, 'base64url');
      const right = sign(account, mark);
      const isRight = given.length === right.length && timingSafeEqual(given, right);
      return isRight ? createHash('sha256').update(mark).digest('base64url') : undefined;
    },

    /** Marks the browser as one in which this account signed in. */
    mark(account: string, reply: { header: (name: string, value: string) => unknown }): void {
      const mark = randomToken(random, 128);
      const value = `${mark}.${sign(account, mark).toString('base64url')}`;
      const flags = `Max-Age=${YEAR_S}; Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
      reply.header('set-cookie', `${nameOf(account)}=${value}; ${flags}`);
    },
  };
}

export type KnownBrowsers = ReturnType<typeof createKnownBrowsers>;
