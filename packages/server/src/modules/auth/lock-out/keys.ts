import { createHmac } from 'node:crypto';
import ipaddr from 'ipaddr.js';

/**
 * What a count is kept under. An account is a keyed hash of what was typed, so that a password typed
 * into the wrong field is not stored, and unknown accounts are counted like known ones.
 */
export function accountKey(key: Buffer, email: string): string {
  const typed = email.trim().toLowerCase();
  return createHmac('sha256', key).update(`account\n${typed}`).digest('base64url');
}

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
