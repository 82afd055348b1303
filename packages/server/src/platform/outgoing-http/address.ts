import ipaddr from 'ipaddr.js';

export type Network = ReturnType<typeof ipaddr.parseCIDR>;

/** Never reachable, whatever the operator allows: instance metadata lives at link-local addresses. */
const NEVER = ['169.254.0.0/16', 'fe80::/10', 'fd00:ec2::254/128', '100.100.100.200/32'].map(
  (cidr) => ipaddr.parseCIDR(cidr),
);

/** Blocks that ipaddr.js counts as unicast although they lead to no public host. */
const NOT_GLOBAL = [
  '192.0.0.0/24',
  '192.88.99.0/24',
  '198.18.0.0/15',
  '::/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  '5f00::/16',
].map((cidr) => ipaddr.parseCIDR(cidr));

/** Throws on anything that is not a network in CIDR form. */
export function parseNetworks(cidrs: readonly string[]): Network[] {
  return cidrs.map((cidr) => ipaddr.parseCIDR(cidr));
}

export type Verdict = 'global' | 'allowed' | 'blocked';

/**
 * Judges the bytes of an address, never its text: an IPv4 address written as IPv6 is the IPv4
 * address. `allowed` means that only the operator's list lets it pass.
 */
export function judgeAddress(address: string, allow: readonly Network[]): Verdict {
  const text = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  // Only the four-part form: `0x7f.1` and `2130706433` are names to us, and no name resolves so.
  if (!ipaddr.IPv6.isValid(text) && !ipaddr.IPv4.isValidFourPartDecimal(text)) {
    return 'blocked';
  }
  const ip = ipaddr.process(text);
  if (isIn(ip, NEVER)) {
    return 'blocked';
  }
  if (isIn(ip, allow)) {
    return 'allowed';
  }
  return ip.range() === 'unicast' && !isIn(ip, NOT_GLOBAL) ? 'global' : 'blocked';
}

const isIn = (ip: ipaddr.IPv4 | ipaddr.IPv6, networks: readonly Network[]) =>
  networks.some(([network, bits]) => ip.kind() === network.kind() && ip.match(network, bits));
