/**
 * Outgoing HTTP to addresses that people or payloads give. Decides on the address that is really
 * connected to, so that a name that resolves to an inner host, or changes its mind in between,
 * reaches nothing. Only public hosts over https, unless the operator's list of networks lets an
 * address pass; link-local and metadata addresses never. No redirects, no credentials of ours,
 * nothing is unpacked, capped size, one deadline over everything from the name to the last byte.
 */
import { lookup as dnsLookup } from 'node:dns';
import { isIP } from 'node:net';
import { buildConnector } from 'undici';
import { parseNetworks } from './address.ts';
import { judgeTarget, readTarget, type Target, type UrlVerdict } from './check-url.ts';
import { createGuardedAgent, type Edge } from './guarded-agent.ts';
import { fetchWith, receiveOnce } from './receive.ts';
import { DEADLINE_MS, type GuardedFetch, type GuardedReceive } from './types.ts';

export { judgeAddress, parseNetworks } from './address.ts';
export type { GuardedFetch, GuardedReceive, Head, Sink } from './types.ts';

export type OutgoingHttp = {
  /** For answers that fit into memory. */
  readonly fetch: GuardedFetch;
  /** For answers that go elsewhere while they arrive. What the sink throws is thrown on. */
  readonly receive: GuardedReceive;
  /**
   * What can be said of an address when it is entered: its form, and its network if it is written
   * as numbers. A name passes; the decision about it falls when it is connected to.
   */
  readonly checkUrl: (url: string) => UrlVerdict;
  /** Like `checkUrl`, and looks at what the name means now. It may mean something else later. */
  readonly resolveUrl: (url: string, deadlineMs?: number) => Promise<UrlVerdict>;
  /** Ends whatever is under way, at once. */
  readonly close: () => Promise<void>;
};

const KNOWN_TARGETS = 100;

export function createOutgoingHttp(
  options: {
    /** Networks that may be reached although they are not public; also over plain http. */
    readonly allow: readonly string[];
  } & Partial<Edge>,
): OutgoingHttp {
  const allow = parseNetworks(options.allow);
  const lookup = options.lookup ?? dnsLookup;
  const edge = { lookup, buildConnector: options.buildConnector ?? buildConnector };
  const agent = createGuardedAgent({ allow, ...edge });

  const known = new Map<string, Target>();
  /** The same few addresses, thousands of times a second; where they lead is judged when connecting. */
  function targetOf(text: string): Target {
    const target = known.get(text) ?? readTarget(text, allow);
    if (known.size >= KNOWN_TARGETS) {
      known.clear();
    }
    known.set(text, target);
    return target;
  }

  const receive: GuardedReceive = async (url, outgoing, choose) => {
    const target = targetOf(url);
    return target.kind === 'refused'
      ? { kind: 'blocked', reason: target.reason }
      : receiveOnce(agent, { url: target.url, outgoing, choose });
  };

  return {
    receive,
    fetch: (url, outgoing) => fetchWith(receive, url, outgoing),
    checkUrl(url) {
      const target = readTarget(url, allow);
      return target.kind === 'ok' ? { kind: 'ok' } : target;
    },
    async resolveUrl(text, deadlineMs = DEADLINE_MS) {
      const target = readTarget(text, allow);
      if (target.kind === 'refused') {
        return target;
      }
      const host = target.url.hostname.replace(/^\[|\]$/g, '');
      const addresses = isIP(host) === 0 ? await resolveName(lookup, host, deadlineMs) : [host];
      const reason =
        addresses.length === 0
          ? 'unknown_name'
          : judgeTarget({ url: target.url, addresses, allow });
      return reason === undefined ? { kind: 'ok' } : { kind: 'refused', reason };
    },
    close: () => agent.destroy(),
  };
}

function resolveName(
  lookup: typeof dnsLookup,
  hostname: string,
  deadlineMs: number,
): Promise<string[]> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve([]), deadlineMs);
    lookup(hostname, { all: true }, (error, found) => {
      clearTimeout(timer);
      resolve(error ? [] : found.map(({ address }) => address));
    });
  });
}
