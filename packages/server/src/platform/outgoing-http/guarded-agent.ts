import { type lookup as dnsLookup, type LookupAddress, NODATA } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, type buildConnector } from 'undici';
import type { Network } from './address.ts';
import { judgeTarget, type Refusal } from './check-url.ts';

export class BlockedError extends Error {
  override readonly name = 'BlockedError';
  readonly reason: Refusal;

  constructor(reason: Refusal) {
    super('This address must not be connected to.');
    this.reason = reason;
  }
}

/** Where the world begins: names and sockets. Of Node and undici; dependencies for tests. */
export type Edge = {
  readonly lookup: typeof dnsLookup;
  readonly buildConnector: (options: {
    lookup: LookupFunction;
    timeout: number;
  }) => buildConnector.connector;
};

type Rules = Edge & { readonly allow: readonly Network[] };

/** Longer than any deadline of ours would be no use; undici's own default is 10 s. */
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Every connection passes here, at the moment it is made. Kept connections are reused for the same
 * host only, and stay with the address that was judged.
 */
export function createGuardedAgent(rules: Rules): Agent {
  return new Agent({
    connect(target, callback) {
      const url = { protocol: target.protocol, port: target.port };
      const host = target.hostname.replace(/^\[|\]$/g, '');
      // Names are judged in the lookup; it is never called for addresses, so they are judged here.
      if (isIP(host) !== 0) {
        const reason = judgeTarget({ url, addresses: [host], allow: rules.allow });
        if (reason !== undefined) {
          callback(new BlockedError(reason), null);
          return;
        }
      }
      const lookup = guardedLookup(rules, url);
      rules.buildConnector({ lookup, timeout: CONNECT_TIMEOUT_MS })(target, callback);
    },
  });
}

function guardedLookup(
  { allow, lookup }: Rules,
  url: { protocol: string; port: string },
): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) {
        callback(error, '', 0);
        return;
      }
      const addresses = found.map(({ address }) => address);
      if (addresses.length === 0) {
        callback(Object.assign(new Error('This name has no address.'), { code: NODATA }), '', 0);
        return;
      }
      const reason = judgeTarget({ url, addresses, allow });
      if (reason !== undefined) {
        callback(new BlockedError(reason), '', 0);
        return;
      }
      answer(found, { wantsAll: options.all === true, callback });
    });
  };
}

function answer(
  addresses: readonly LookupAddress[],
  { wantsAll, callback }: { wantsAll: boolean; callback: Parameters<LookupFunction>[2] },
): void {
  const [first] = addresses;
  if (wantsAll) {
    callback(null, [...addresses]);
  } else {
    callback(null, first?.address ?? '', first?.family);
  }
}
