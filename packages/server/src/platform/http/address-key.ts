import ipaddr from 'ipaddr.js';

/** Whoever has one IPv6 address has its /64 (RFC 6177); an IPv4 address stays one however written. */
export function addressKey(address: string): string {
  const text = address.replace(/%.*$/, '');
  if (!ipaddr.isValid(text)) {
    return address;
  }
  const ip = ipaddr.process(text);
  if (ip.kind() === 'ipv4') {
    return ip.toString();
  }
  const network = ip.toByteArray().slice(0, 8);
  return `${Buffer.from(network).toString('hex')}/64`;
}
