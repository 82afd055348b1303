import { beforeEach, expect, test } from 'vitest';
import { createIds } from '../../../platform/ids.ts';
import { silentLog } from '../../../platform/log.ts';
import { systemRandom } from '../../../platform/random.ts';
import { testDatabase } from '../../../test-support/database.ts';
import { createAudit } from '../../audit/index.ts';
import { accountKey } from './keys.ts';
import { createKnownBrowsers } from './known-browser.ts';
import { allowAgain, limitSignIn } from './limit-sign-in.ts';

let now = 1_795_000_000_000;
const clock = { now: () => now };
const db = await testDatabase();
const signInKey = Buffer.alloc(32, 7);
const audit = createAudit({
  db,
  clock,
  ids: createIds({ clock, random: systemRandom }),
  chainKey: Buffer.alloc(32, 8),
});
const knownBrowsers = createKnownBrowsers({ key: signInKey, random: systemRandom, isSecure: true });
const deps = { db, clock, audit, log: silentLog, signInKey, knownBrowsers };

let ann: string;
let names = 0;
let addresses = 0;

beforeEach(() => {
  names += 1;
  ann = `ann${names}@example.test`;
});

/** An address from which no other test tries. */
function newAddress() {
  addresses += 1;
  return `10.${Math.floor(addresses / 250)}.1.${addresses % 250}`;
}

/** Tries, and is wrong unless told otherwise: `in`, or until when nobody is let in. */
async function tryOnce(
  email: string,
  {
    from = newAddress(),
    cookie,
    right = false,
  }: { from?: string; cookie?: string; right?: boolean } = {},
): Promise<'in' | { seconds: number | undefined }> {
  const headers = cookie === undefined ? {} : { cookie };
  try {
    const taken = await limitSignIn(deps, { ip: from, headers }, email);
    if (right) {
      await taken.wasRight();
    }
    return 'in';
  } catch (error) {
    const { details } = error as { details: { retryAfterSeconds?: number } };
    return { seconds: details.retryAfterSeconds };
  }
}

async function many(times: number, once: (n: number) => Promise<unknown>): Promise<unknown[]> {
  const seen: unknown[] = [];
  for (let n = 0; n < times; n += 1) {
    seen.push(await once(n));
  }
  return seen;
}

/** The cookie of a browser in which this account signed in. */
function markOf(email: string): string {
  let cookie = '';
  knownBrowsers.mark(accountKey(signInKey, email), {
    header(_name, value) {
      cookie = value.split(';')[0] ?? '';
    },
  });
  return cookie;
}

test('five tries are let in, from wherever, then none for 30 seconds, then one', async () => {
  expect(await many(6, () => tryOnce(ann))).toEqual([...Array(5).fill('in'), { seconds: 30 }]);
  now += 29_999;
  expect(await tryOnce(ann, { right: true })).toEqual({ seconds: 1 });
  now += 1;
  expect(await many(2, () => tryOnce(ann))).toEqual(['in', { seconds: 60 }]);
});

test('the right password begins the count anew', async () => {
  await many(4, () => tryOnce(ann));
  expect(await tryOnce(ann, { right: true })).toBe('in');
  expect(await many(6, () => tryOnce(ann))).toEqual([...Array(5).fill('in'), { seconds: 30 }]);
});

test('tries at the same moment are not more than the rule lets through', async () => {
  const all = await Promise.all(Array.from({ length: 30 }, () => tryOnce(ann)));
  expect(all.filter((one) => one === 'in')).toHaveLength(5);
});

test('tries at the same moment from one address at many accounts are not more, either', async () => {
  const from = newAddress();
  const all = await Promise.all(
    Array.from({ length: 40 }, (_, n) => tryOnce(`many${n}-${ann}`, { from })),
  );
  expect(all.filter((one) => one === 'in')).toHaveLength(20);
});

test('after 100 wrong tries waiting does not help, and lifting does', async () => {
  await many(100, async () => {
    const one = await tryOnce(ann);
    now += 3_600_000;
    return one;
  });
  expect(await tryOnce(ann)).toEqual({ seconds: undefined });
  expect(await db.transaction((tx) => allowAgain(deps, tx, { id: 'us_1', email: ann }))).toBe(true);
  expect(await tryOnce(ann)).toBe('in');
});

test('how the address is written does not make it another account', async () => {
  await many(5, () => tryOnce(ann));
  expect(await tryOnce(` ${ann.toUpperCase()}`)).toEqual({ seconds: 30 });
});

test('strangers cannot lock out a browser in which the person signed in before', async () => {
  const from = newAddress();
  const cookie = markOf(ann);
  await many(6, () => tryOnce(ann, { from }));
  expect(await tryOnce(ann, { from })).toEqual({ seconds: 30 });
  // It has tries of its own, as few as anybody.
  expect(await many(6, () => tryOnce(ann, { from, cookie }))).toEqual([
    ...Array(5).fill('in'),
    { seconds: 30 },
  ]);
});

test('a browser that used up all its tries is a stranger like any other', async () => {
  const cookie = markOf(ann);
  await many(100, async () => {
    await tryOnce(ann, { cookie });
    now += 3_600_000;
  });
  expect(await many(6, () => tryOnce(ann, { cookie }))).toEqual([
    ...Array(5).fill('in'),
    { seconds: 30 },
  ]);
});

test('a forged mark, or the mark of another account, is that of a stranger', async () => {
  const [name = ''] = markOf(ann).split('=');
  const [, others = ''] = markOf(`other-${ann}`).split('=');
  await many(5, () => tryOnce(ann));
  for (const value of [others, 'AAAA.BBBB', '.', '']) {
    expect(await tryOnce(ann, { cookie: `${name}=${value}` }), value).toEqual({ seconds: 30 });
  }
});

test('one password tried on many accounts pauses the network it comes from, not them', async () => {
  // Each from another address of the same /64.
  await many(20, (n) => tryOnce(`spray${n}-${ann}`, { from: `2001:db8:7:7::${n}` }));
  expect(await tryOnce(ann, { from: '2001:db8:7:7:abcd::1' })).toEqual({ seconds: 30 });
  expect(await tryOnce(ann, { from: '2001:db8:7:8::1' })).toBe('in');
});

test('who signs in from an address does not use up its tries, and hides no wrong ones', async () => {
  const from = newAddress();
  await many(30, () => tryOnce(ann, { from, right: true }));
  await many(10, (n) => tryOnce(`a${n}-${ann}`, { from }));
  await many(5, () => tryOnce(ann, { from, right: true }));
  await many(10, (n) => tryOnce(`b${n}-${ann}`, { from }));
  expect(await tryOnce(ann, { from, right: true })).toEqual({ seconds: 30 });
});
