/**
 * Outgoing HTTP to addresses that people or payloads give. Decides on the address that is really
 * connected to, so that a name that resolves to an inner host, or changes its mind in between,
 * reaches nothing. Only public hosts over https, unless the operator's list of networks lets an
 * address pass; link-local and metadata addresses never. No redirects, capped size, one deadline.
 */
import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector, request } from 'undici';
import { judgeAddress, type Network, parseNetworks } from './address.ts';

export { judgeAddress, parseNetworks } from './address.ts';

export type Fetched =
  | { readonly kind: 'ok'; readonly status: number; readonly body: Buffer }
  /** We do not connect there. */
  | { readonly kind: 'blocked' }
  | { readonly kind: 'too_large' }
  | { readonly kind: 'unreachable'; readonly reason: 'deadline' | 'connection' };

export type GuardedFetch = (
  url: string,
  limits: { readonly maxBytes: number; readonly deadlineMs: number },
) => Promise<Fetched>;

export type OutgoingHttp = {
  readonly fetch: GuardedFetch;
  readonly close: () => Promise<void>;
};

class BlockedError extends Error {
  override readonly name = 'BlockedError';
}

const BLOCKED = 'This address must not be connected to.';

export function createOutgoingHttp(options: {
  /** Networks that may be reached although they are not public; also over plain http. */
  readonly allow: readonly string[];
  /** Of `node:dns`; a dependency for tests. */
  readonly lookup?: typeof dnsLookup;
}): OutgoingHttp {
  const allow = parseNetworks(options.allow);
  const agent = createGuardedAgent({ allow, lookup: options.lookup ?? dnsLookup });
  return {
    async fetch(url, limits) {
      if (!isAcceptable(url)) {
        return { kind: 'blocked' };
      }
      return fetchOnce(agent, url, limits);
    },
    close: () => agent.close(),
  };
}

/** One parser only: what is checked here is what is connected to. */
function isAcceptable(url: string): boolean {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  return (
    parsed !== undefined &&
    (parsed.protocol === 'https:' || parsed.protocol === 'http:') &&
    parsed.username === '' &&
    parsed.password === ''
  );
}

type Rules = { readonly allow: readonly Network[]; readonly lookup: typeof dnsLookup };

function createGuardedAgent(rules: Rules): Agent {
  const connect = {
    toPublic: buildConnector({ lookup: guardedLookup(rules, { needsGrant: false }) }),
    toAllowed: buildConnector({ lookup: guardedLookup(rules, { needsGrant: true }) }),
  };
  return new Agent({
    connect(target, callback) {
      const { hostname, protocol, port } = target;
      const isPlain = protocol === 'http:';
      const host = hostname.replace(/^\[|\]$/g, '');
      // Names are judged in the lookup; it is never called for addresses, so they are judged here.
      const verdict = isIP(host) === 0 ? undefined : judgeAddress(host, rules.allow);
      const needsGrant = isPlain || !['', '443'].includes(port);
      if (verdict === 'blocked' || (verdict === 'global' && needsGrant)) {
        callback(new BlockedError(BLOCKED), null);
        return;
      }
      (needsGrant ? connect.toAllowed : connect.toPublic)(target, callback);
    },
  });
}

/** All answers must pass: a host that is public and private at once is blocked. */
function guardedLookup(
  { allow, lookup }: Rules,
  { needsGrant }: { needsGrant: boolean },
): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) {
        callback(error, '', 0);
        return;
      }
      const verdicts = addresses.map(({ address }) => judgeAddress(address, allow));
      const isBad = (verdict: string) =>
        verdict === 'blocked' || (needsGrant && verdict !== 'allowed');
      if (addresses.length === 0 || verdicts.some(isBad)) {
        callback(new BlockedError(BLOCKED), '', 0);
        return;
      }
      answer(addresses, { wantsAll: options.all === true, callback });
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

async function fetchOnce(
  dispatcher: Agent,
  url: string,
  { maxBytes, deadlineMs }: { maxBytes: number; deadlineMs: number },
): Promise<Fetched> {
  const signal = AbortSignal.timeout(deadlineMs);
  try {
    const response = await request(url, { dispatcher, signal });
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        return { kind: 'too_large' };
      }
      chunks.push(chunk);
    }
    return { kind: 'ok', status: response.statusCode, body: Buffer.concat(chunks) };
  } catch (error) {
    if (error instanceof BlockedError) {
      return { kind: 'blocked' };
    }
    return { kind: 'unreachable', reason: signal.aborted ? 'deadline' : 'connection' };
  }
}
