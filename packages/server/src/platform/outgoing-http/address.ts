import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
export type Network = ReturnType<typeof ipaddr.parseCIDR>;

const networks = (...cidrs: readonly string[]) => cidrs.map((cidr) => ipaddr.parseCIDR(cidr));

/**
 * Never reachable, whatever the operator allows: link-local, and where clouds keep the credentials
 * of an instance (AWS, Alibaba, Oracle, Azure, Google, Scaleway, Oracle by IPv6).
 */
const NEVER = networks(
  '169.254.0.0/16',
  'fe80::/10',
  'fd00:ec2::/32',
  '100.100.100.200/32',
  '192.0.0.192/32',
  '168.63.129.16/32',
  'fd20:ce::/32',
  'fd00:42::42/128',
  'fd00:c1::a9fe:a9fe/128',
);

/** IPv6 has one block of global unicast addresses (RFC 4291); what is outside leads nowhere public. */
const [GLOBAL_V6] = networks('2000::/3');

/** IANA's special-purpose registries, as far as they lie among the unicast addresses. */
const NOT_GLOBAL = networks(
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  // Teredo, benchmarking, ORCHID; documentation; 6to4.
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
);

/** Ranges of IPv6 whose addresses are an IPv4 address in other clothes; where its four bytes are. */
const CARRIERS: readonly { network: Network; bytes: readonly number[] }[] = [
  // Compatible, and NAT64 (RFC 6052) with its well-known and its local prefix.
  { network: ipaddr.parseCIDR('::/96'), bytes: [12, 13, 14, 15] },
  { network: ipaddr.parseCIDR('64:ff9b::/96'), bytes: [12, 13, 14, 15] },
  { network: ipaddr.parseCIDR('64:ff9b:1::/48'), bytes: [12, 13, 14, 15] },
  { network: ipaddr.parseCIDR('64:ff9b:1::/48'), bytes: [6, 7, 9, 10] },
  { network: ipaddr.parseCIDR('2002::/16'), bytes: [2, 3, 4, 5] },
];
const [NAT64] = networks('64:ff9b::/96');
const [TEREDO] = networks('2001::/32');

/** Throws on anything that is neither an address nor a network in CIDR form. */
export function parseNetworks(cidrs: readonly string[]): Network[] {
  return cidrs.map((cidr) => {
    if (cidr.includes('/')) {
      return ipaddr.parseCIDR(cidr);
    }
    const address = ipaddr.parse(cidr);
    return [address, address.kind() === 'ipv6' ? 128 : 32] as Network;
  });
}

/** `allowed` means that only the operator's list lets it pass. */
export type Verdict = 'global' | 'allowed' | 'blocked';

/**
 * Judges the bytes of an address, never its text: an IPv4 address written as IPv6 is the IPv4
 * address. One that a translator would turn into an IPv4 address must pass as both; where the
 * operator allows the translator's prefix, the inner address decides.
 */
export function judgeAddress(address: string, allow: readonly Network[]): Verdict {
  const text = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  // Only the four-part form: `0x7f.1` and `2130706433` are names to us, and no name resolves so.
  if (!ipaddr.IPv6.isValid(text) && !ipaddr.IPv4.isValidFourPartDecimal(text)) {
    return 'blocked';
  }
  const ip = ipaddr.process(text);
  const carried = carriedBy(ip);
  if ([ip, ...carried].some((each) => isIn(each, NEVER))) {
    return 'blocked';
  }
  const outer = judge(ip, allow);
  const [inner] = carried;
  return outer === 'allowed' && inner && isWithin(ip, NAT64) ? judge(inner, allow) : outer;
}

function judge(ip: Address, allow: readonly Network[]): Verdict {
  if (isIn(ip, allow)) {
    return 'allowed';
  }
  const isGlobal = ip.kind() === 'ipv4' || isWithin(ip, GLOBAL_V6);
  return isGlobal && !isIn(ip, NOT_GLOBAL) ? 'global' : 'blocked';
}

/** The IPv4 addresses that a packet to this IPv6 address may end up at. */
function carriedBy(ip: Address): ipaddr.IPv4[] {
  if (ip.kind() === 'ipv4') {
    return [];
  }
  const bytes = ip.toByteArray();
  const at = (positions: readonly number[]) => positions.map((position) => bytes[position] ?? 0);
  const carried = CARRIERS.filter(({ network }) => isWithin(ip, network)).map((carrier) =>
    at(carrier.bytes),
  );
  if (isWithin(ip, TEREDO)) {
    // The server's address is plain, the client's inverted (RFC 4380 section 4).
    carried.push(
      at([4, 5, 6, 7]),
      at([12, 13, 14, 15]).map((byte) => byte ^ 0xff),
    );
  }
  return carried.map((four) => new ipaddr.IPv4([...four]));
}

const isWithin = (ip: Address, network: Network | undefined) =>
  network !== undefined && ip.kind() === network[0].kind() && ip.match(network);

const isIn = (ip: Address, among: readonly Network[]) =>
  among.some((network) => isWithin(ip, network));
