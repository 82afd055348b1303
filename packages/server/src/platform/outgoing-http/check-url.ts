import { isIP } from 'node:net';
import { judgeAddress, type Network } from './address.ts';

/** Why an address is not connected to; the words for it are the caller's. */
export type Refusal =
  | 'malformed'
  /** Neither https nor http. */
  | 'scheme'
  /** `user:password@`. */
  | 'credentials'
  /** http to something that the operator's list does not name. */
  | 'insecure'
  | 'port'
  /** Not public, and not on the operator's list. */
  | 'address'
  /** The name has no address. Only `resolveUrl` says so. */
  | 'unknown_name';

export type UrlVerdict =
  | { readonly kind: 'ok' }
  | { readonly kind: 'refused'; readonly reason: Refusal };

const MAX_LENGTH = 2_048;
const PUBLIC_PORTS = new Set(['', '443', '8443']);

const refuse = (reason: Refusal) => ({ kind: 'refused', reason }) as const;

export type Target =
  | { readonly kind: 'ok'; readonly url: URL }
  | { readonly kind: 'refused'; readonly reason: Refusal };

/**
 * What can be said of a URL without asking anybody: its form, and its address where it is written
 * as one. One parser only: what is checked here is what is connected to.
 */
export function readTarget(text: string, allow: readonly Network[]): Target {
  const url = text.length > MAX_LENGTH ? null : URL.parse(text);
  // Its form with everything escaped is longer, and is the one that is stored and called.
  if (url === null || url.href.length > MAX_LENGTH) {
    return refuse('malformed');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return refuse('scheme');
  }
  if (url.username !== '' || url.password !== '') {
    return refuse('credentials');
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isName = isIP(host) === 0;
  // Which of the operator's networks a name leads to is known only once it is resolved.
  if (isName && allow.length > 0) {
    return { kind: 'ok', url };
  }
  const reason = judgeTarget({ url, addresses: isName ? addressesOf(host) : [host], allow });
  return reason === undefined ? { kind: 'ok', url } : refuse(reason);
}

/** All addresses must pass: a host that is public and private at once is refused. */
export function judgeTarget(target: {
  url: Pick<URL, 'protocol' | 'port'>;
  addresses: readonly string[];
  allow: readonly Network[];
}): Refusal | undefined {
  const { url, addresses, allow } = target;
  const verdicts = addresses.map((address) => judgeAddress(address, allow));
  if (verdicts.includes('blocked')) {
    return 'address';
  }
  if (addresses.length > 0 && verdicts.every((verdict) => verdict === 'allowed')) {
    return undefined;
  }
  if (url.protocol !== 'https:') {
    return 'insecure';
  }
  return PUBLIC_PORTS.has(url.port) ? undefined : 'port';
}

/** What a name always means, whoever is asked (RFC 6761 section 6.3). */
const addressesOf = (name: string) => (/(^|\.)localhost\.?$/.test(name) ? ['127.0.0.1'] : []);
