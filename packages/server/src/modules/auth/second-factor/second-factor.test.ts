import type { AuditList, RecoveryCodes, SecondFactorSecret } from '@chatgate/contract';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { cookiesOf, isPostgres, type RunningApp, runApp } from '../../../test-support/app.ts';
import { findPersonByEmail, type Person, updatePerson } from '../people/store.ts';
import { codeOf, stepAt } from './totp.ts';

const PASSWORD = 'the right password';
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let server: RunningApp;
let other: RunningApp;
let names = 0;
/** The person of the test: signed in, with a second factor. */
let ann: { email: string; session: string; secret: Buffer; codes: string[] };

beforeAll(async () => {
  server = await runApp();
  other = isPostgres ? await server.replica() : server;
}, 60_000);
afterAll(async () => {
  if (other !== server) {
    await other.stop();
  }
  await server.stop();
});

/** What RFC 4648 makes of it, read back. */
function fromBase32(text: string): Buffer {
  const bits = [...text]
    .map((sign) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign).toString(2).padStart(5, '0'))
    .join('');
  const bytes = bits.match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
}

const codeNow = (secret: Buffer) => codeOf(secret, stepAt(server.clock.now()));
const wrongCode = (secret: Buffer) => (codeNow(secret) === '000000' ? '999999' : '000000');

const givePassword = (email: string, as = '') =>
  server.call('POST', '/session', { body: { email, password: PASSWORD }, as });

const giveCode = (as: string, code: string, on = server) =>
  on.call('POST', '/session/second-factor', { body: { code }, as });

async function challengeOf(email: string): Promise<string> {
  return cookiesOf((await givePassword(email)).headers, 'chatgate.challenge');
}

async function newPerson() {
  names += 1;
  const email = `cleo${names}@example.test`;
  await server.app.core.auth.createUser({ email, name: email, password: PASSWORD, role: 'viewer' });
  const session = cookiesOf((await givePassword(email)).headers);
  const body = { password: PASSWORD };
  const made = await server.call('POST', '/me/second-factor', { as: session, body });
  const secret = fromBase32((made.body as SecondFactorSecret).secret);
  const confirmed = await server.call('POST', '/me/second-factor/confirm', {
    as: session,
    body: { code: codeNow(secret) },
  });
  const { codes } = confirmed.body as RecoveryCodes;
  return { email, session, secret, codes };
}

beforeEach(async () => {
  ann = await newPerson();
  // The code that confirmed it is spent; the next minute has others.
  server.clock.move(MINUTE_MS);
}, 60_000);

const errorOf = ({ body }: { body: unknown }) =>
  (body as { error?: { code: string; details?: unknown } } | undefined)?.error;

test('the password alone begins no session; password and code do, also on another replica', async () => {
  const first = await givePassword(ann.email);
  expect([first.status, first.body]).toMatchObject([202, { expiresAt: expect.any(Number) }]);
  expect(first.headers.getSetCookie().join()).not.toContain('session_token');
  const challenge = cookiesOf(first.headers);
  expect((await server.call('GET', '/me', { as: challenge })).status).toBe(401);
  expect((await other.call('GET', '/session/second-factor', { as: challenge })).body).toMatchObject(
    { needed: true },
  );

  const second = await giveCode(challenge, codeNow(ann.secret), other);
  expect(second.status).toBe(204);
  const session = cookiesOf(second.headers, 'chatgate.session_token');
  expect((await server.call('GET', '/me', { as: session })).status).toBe(200);
});

test('a code is accepted once, also when it comes twice at the same moment', async () => {
  const challenges = [await challengeOf(ann.email), await challengeOf(ann.email)];
  const code = codeNow(ann.secret);
  const both = await Promise.all(
    challenges.map((challenge, n) => giveCode(challenge, code, n === 0 ? server : other)),
  );
  expect(both.map(({ status }) => status).sort()).toEqual([204, 401]);
  const third = await giveCode(await challengeOf(ann.email), code);
  expect(errorOf(third)?.code).toBe('code_wrong');
});

test('a code older than one that was accepted is not accepted any more', async () => {
  const old = codeOf(ann.secret, stepAt(server.clock.now()) - 1);
  expect((await giveCode(await challengeOf(ann.email), codeNow(ann.secret))).status).toBe(204);
  expect((await giveCode(await challengeOf(ann.email), old)).status).toBe(401);
});

test('five wrong codes end the challenge, with the right code too, and pause the next', async () => {
  const challenge = await challengeOf(ann.email);
  const wrong = wrongCode(ann.secret);
  const left: unknown[] = [];
  for (let n = 0; n < 5; n += 1) {
    left.push(errorOf(await giveCode(challenge, wrong))?.details);
  }
  expect(left).toEqual([4, 3, 2, 1, 0].map((triesLeft) => ({ triesLeft })));
  const late = await giveCode(challenge, codeNow(ann.secret));
  expect([late.status, errorOf(late)?.code]).toEqual([410, 'challenge_over']);

  const next = await challengeOf(ann.email);
  const paused = await giveCode(next, codeNow(ann.secret), other);
  expect([paused.status, errorOf(paused)?.code]).toEqual([429, 'sign_in_paused']);
  expect(Number(paused.headers.get('retry-after'))).toBeGreaterThan(0);
  server.clock.move(30_000);
  expect((await giveCode(next, codeNow(ann.secret))).status).toBe(204);
}, 60_000);

const idOf = async (email: string) =>
  (await findPersonByEmail(server.app.core.db.read, email))?.id ?? '';

test('a new password by link lifts no pause of codes; an administrator does', async () => {
  const challenge = await challengeOf(ann.email);
  for (let n = 0; n < 5; n += 1) {
    await giveCode(challenge, wrongCode(ann.secret));
  }
  const id = await idOf(ann.email);
  const admin = await server.signIn();
  const made = await server.call('POST', `/users/${id}/password-reset`, { as: admin, body: {} });
  const token = (made.body as { link: string }).link.split('#token=')[1];
  const spend = { token, password: PASSWORD };
  expect((await server.call('POST', '/password-resets/spend', { body: spend })).status).toBe(204);
  const next = await challengeOf(ann.email);
  expect(errorOf(await giveCode(next, codeNow(ann.secret)))?.code).toBe('sign_in_paused');
  await server.call('DELETE', `/users/${id}/sign-in-pause`, { as: admin });
  expect((await giveCode(next, codeNow(ann.secret))).status).toBe(204);
}, 60_000);

test('a known browser that used up its codes is let in again by an administrator', async () => {
  const known = cookiesOf(
    (await giveCode(await challengeOf(ann.email), codeNow(ann.secret))).headers,
    'chatgate.known_',
  );
  const inIt = async () => {
    const { headers } = await givePassword(ann.email, known);
    return `${known}; ${cookiesOf(headers, 'chatgate.challenge')}`;
  };
  const guess = async () => giveCode(await inIt(), wrongCode(ann.secret));
  for (let n = 0; n < 105; n += 1) {
    await guess();
    server.clock.move(HOUR_MS);
  }
  // The browser has none left, and is a stranger who has used up five.
  server.clock.move(-HOUR_MS);
  expect(errorOf(await guess())).toMatchObject({
    code: 'sign_in_paused',
    details: { until: expect.any(Number) },
  });
  const path = `/users/${await idOf(ann.email)}/sign-in-pause`;
  const as = await server.signIn();
  expect((await server.call('DELETE', path, { as })).status).toBe(204);
  expect((await giveCode(await inIt(), codeNow(ann.secret))).status).toBe(204);
}, 120_000);

test('wrong codes at the same moment are five at most', async () => {
  const challenge = await challengeOf(ann.email);
  const all = await Promise.all(
    Array.from({ length: 9 }, (_, n) =>
      giveCode(challenge, wrongCode(ann.secret), n % 2 === 0 ? server : other),
    ),
  );
  expect(all.filter((one) => errorOf(one)?.code === 'code_wrong')).toHaveLength(5);
});

test('no other browser answers a challenge, and none after ten minutes', async () => {
  const code = codeNow(ann.secret);
  for (const as of ['', 'chatgate.challenge=', 'chatgate.challenge=abc']) {
    expect(errorOf(await giveCode(as, code))?.code).toBe('challenge_over');
  }
  const challenge = await challengeOf(ann.email);
  server.clock.move(600_000);
  expect(errorOf(await giveCode(challenge, codeNow(ann.secret)))?.code).toBe('challenge_over');
});

test('a challenge dies with a new password, and with the person', async () => {
  const challenge = await challengeOf(ann.email);
  await server.call('PUT', '/me/password', {
    as: ann.session,
    body: { currentPassword: PASSWORD, newPassword: 'quite another password' },
  });
  expect(errorOf(await giveCode(challenge, codeNow(ann.secret)))?.code).toBe('challenge_over');
});

test('a recovery code signs in once, however it is typed, and is on the record', async () => {
  const [code = ''] = ann.codes;
  expect(ann.codes).toHaveLength(10);
  const typed = ` ${code.toUpperCase().replace('-', ' ')} `;
  expect((await giveCode(await challengeOf(ann.email), typed)).status).toBe(204);
  expect((await giveCode(await challengeOf(ann.email), code)).status).toBe(401);
  const { body } = await server.call('GET', '/me/second-factor', { as: ann.session });
  expect(body).toMatchObject({ state: 'on', recoveryCodesLeft: 9 });
  const admin = await server.signIn();
  const log = await server.call('GET', '/audit?action=second_factor.recovery_code_used', {
    as: admin,
  });
  expect((log.body as AuditList).items[0]).toMatchObject({
    actor: { name: ann.email },
    after: { recoveryCodesLeft: 9 },
  });
});

test('one challenge begins one session, also with two right codes at the same moment', async () => {
  const challenge = await challengeOf(ann.email);
  const both = await Promise.all(
    ann.codes.slice(0, 2).map((code, n) => giveCode(challenge, code, n === 0 ? server : other)),
  );
  expect(both.map(({ status }) => status).sort()).toEqual([204, 410]);
  const { body } = await server.call('GET', '/me/second-factor', { as: ann.session });
  expect(body).toMatchObject({ recoveryCodesLeft: 9 });
});

test('whoever is disabled at the moment between password and code does not come in', async () => {
  const { db } = server.app.core;
  const challenge = await challengeOf(ann.email);
  // As if the challenge had been written just after the sessions of the person were ended.
  const person = await findPersonByEmail(db.read, ann.email);
  await db.transaction(async (tx) => {
    await updatePerson(tx, { ...(person as Person), enabled: false, now: server.clock.now() });
  });
  const late = await giveCode(challenge, codeNow(ann.secret));
  expect([late.status, errorOf(late)?.code]).toEqual([410, 'challenge_over']);
});

test('new recovery codes end the old ones; without a right code nothing changes', async () => {
  const renew = (code: string) =>
    server.call('POST', '/me/second-factor/recovery-codes', {
      as: ann.session,
      body: { password: PASSWORD, code },
    });
  expect(errorOf(await renew(wrongCode(ann.secret)))?.code).toBe('code_wrong');
  const { codes } = (await renew(codeNow(ann.secret))).body as RecoveryCodes;
  expect(codes).toHaveLength(10);
  expect((await giveCode(await challengeOf(ann.email), ann.codes[0] ?? '')).status).toBe(401);
  expect((await giveCode(await challengeOf(ann.email), codes[0] ?? '')).status).toBe(204);
}, 60_000);

test('turning it off needs password and code, and ends the other sessions', async () => {
  const off = (password: string, code: string) =>
    server.call('POST', '/me/second-factor/turn-off', {
      as: ann.session,
      body: { password, code },
    });
  expect(errorOf(await off('a wrong password', codeNow(ann.secret)))?.code).toBe(
    'credentials_wrong',
  );
  expect(errorOf(await off(PASSWORD, wrongCode(ann.secret)))?.code).toBe('code_wrong');
  const second = await giveCode(await challengeOf(ann.email), ann.codes[0] ?? '');
  const elsewhere = cookiesOf(second.headers, 'chatgate.session_token');
  expect((await server.call('GET', '/me', { as: elsewhere })).status).toBe(200);
  expect((await off(PASSWORD, codeNow(ann.secret))).status).toBe(204);
  expect((await server.call('GET', '/me', { as: elsewhere })).status).toBe(401);
  expect((await server.call('GET', '/me', { as: ann.session })).status).toBe(200);
  expect((await givePassword(ann.email)).status).toBe(204);
  expect(errorOf(await off(PASSWORD, codeNow(ann.secret)))?.code).toBe('second_factor_off');
}, 60_000);

test('setting up asks for the password, and counts for nothing until confirmed', async () => {
  names += 1;
  const email = `dora${names}@example.test`;
  await server.app.core.auth.createUser({ email, name: email, password: PASSWORD, role: 'viewer' });
  const as = cookiesOf((await givePassword(email)).headers);
  const elsewhere = cookiesOf((await givePassword(email)).headers);
  const start = (password: string) =>
    server.call('POST', '/me/second-factor', { as, body: { password } });
  const confirm = (code: string) =>
    server.call('POST', '/me/second-factor/confirm', { as, body: { code } });

  expect(errorOf(await confirm('000000'))?.code).toBe('conflict');
  expect(errorOf(await start('a wrong password'))?.code).toBe('credentials_wrong');
  const first = fromBase32(((await start(PASSWORD)).body as SecondFactorSecret).secret);
  const second = fromBase32(((await start(PASSWORD)).body as SecondFactorSecret).secret);
  expect((await givePassword(email)).status).toBe(204);
  expect(errorOf(await confirm(codeNow(first)))?.code).toBe('code_wrong');
  expect((await server.call('GET', '/me', { as: elsewhere })).status).toBe(200);
  expect((await confirm(codeNow(second))).status).toBe(200);
  expect((await server.call('GET', '/me', { as: elsewhere })).status).toBe(401);
  expect((await server.call('GET', '/me', { as })).status).toBe(200);
  expect(errorOf(await start(PASSWORD))?.code).toBe('second_factor_on');
}, 60_000);

test('an administrator removes a lost one, which ends the sessions; a viewer does not', async () => {
  const admin = await server.signIn();
  const found = await server.call('GET', `/users?search=${ann.email}`, { as: admin });
  const [user] = (found.body as { items: { id: string; secondFactor: boolean }[] }).items;
  expect(user?.secondFactor).toBe(true);
  const removeAs = (as: string) =>
    server.call('DELETE', `/users/${user?.id}/second-factor`, { as });
  expect((await removeAs(ann.session)).status).toBe(403);
  expect((await removeAs(admin)).status).toBe(204);
  expect((await server.call('GET', '/me', { as: ann.session })).status).toBe(401);
  expect((await givePassword(ann.email)).status).toBe(204);
  expect(errorOf(await removeAs(admin))?.code).toBe('second_factor_off');
});

test('the command line removes it, too', async () => {
  const actor = { kind: 'system', id: null, name: 'Command line' } as const;
  const { auth } = server.app.core;
  await auth.removeSecondFactor({ email: ann.email.toUpperCase(), actor });
  expect((await givePassword(ann.email)).status).toBe(204);
  await expect(auth.removeSecondFactor({ email: 'nobody@x.test', actor })).rejects.toThrow(
    'Nobody',
  );
});

test('API keys need no second factor, and have none', async () => {
  const key = await server.app.core.auth.createApiKey({
    name: 'k',
    role: 'viewer',
    createdBy: 'test',
  });
  const as = key.reveal();
  expect((await server.call('GET', '/gateways', { as })).status).toBe(200);
  expect(errorOf(await server.call('GET', '/me/second-factor', { as }))?.code).toBe('person_only');
});
