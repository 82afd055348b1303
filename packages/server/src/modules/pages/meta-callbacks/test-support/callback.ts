import { createHmac } from 'node:crypto';
import type { World } from '../../test-support/world.ts';

export const OLENA_ID = '1220000000000501';
export const MARCUS_ID = '1220000000000502';

export const encode = (payload: unknown) =>
  Buffer.from(JSON.stringify(payload)).toString('base64url');

export const sign = (secret: string, encoded: string) =>
  `${createHmac('sha256', secret).update(encoded).digest('base64url')}.${encoded}`;

export type Told = { user_id?: string; profile_id?: string; issued_at?: number };

/** As Meta signs it, at this world's time unless said otherwise. */
export const signedRequest = (world: World, told: Told, secret = world.app.appSecret.reveal()) =>
  sign(
    secret,
    encode({
      algorithm: 'HMAC-SHA256',
      issued_at: Math.floor(world.clock.at / 1_000),
      user_id: '',
      ...told,
    }),
  );

/** What Meta posts to `deauthorize` or `data-deletion`, and whatever that starts. */
export async function post(world: World, path: string, signed: string) {
  const reply = await world.server.inject({
    method: 'POST',
    url: `/meta/${world.app.uri}/${path}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({ signed_request: signed }).toString(),
  });
  await world.drain();
  return { status: reply.statusCode, body: reply.json() };
}
