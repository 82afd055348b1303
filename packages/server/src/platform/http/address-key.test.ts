import { expect, test } from 'vitest';
import { addressKey } from './address-key.ts';
import { createRateLimit } from './rate-limit.ts';

test.each([
  ['2001:db8:1:2:aaaa::1', '2001:db8:1:2:ffff:ffff:ffff:ffff', true],
  ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
  ['::ffff:192.0.2.7', '192.0.2.7', true],
  ['192.0.2.7', '192.0.2.8', false],
  ['fe80::1%eth0', 'fe80::2%eth1', true],
])('%s and %s count together: %s', (one, other, together) => {
  expect(addressKey(one) === addressKey(other)).toBe(together);
});

test('calls are counted by network: a second address of the same /64 brings no more of them', async () => {
  const limit = createRateLimit({ clock: { now: () => 0 }, perMinute: 2 });
  const from = (ip: string) => limit({ ip } as never);
  await from('2001:db8:1:2::1');
  await from('2001:db8:1:2::2');
  await expect(from('2001:db8:1:2::3')).rejects.toThrow('Too many tries');
  await from('2001:db8:1:3::1');
});
