import { hash } from 'node:crypto';

/** On our own origin; the mark changes with the picture, so that browsers may keep it. */
export function picturePath(of: string, gatewayId: string, url: string | null): string | null {
  if (url === null) {
    return null;
  }
  const mark = hash('sha256', url, 'base64url').slice(0, 8);
  return `/api/v1/gateways/${gatewayId}/${of}/picture?v=${mark}`;
}
