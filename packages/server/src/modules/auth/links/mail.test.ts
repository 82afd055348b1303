import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type MailServer, startMailServer } from '../../../test-support/mail-server.ts';
import { type Office, openOffice, PASSWORD } from '../test-support/staff.ts';

let mailServer: MailServer;
let office: Office;
beforeAll(async () => {
  mailServer = await startMailServer();
  office = await openOffice({
    CHATGATE_SMTP_URL: mailServer.url,
    CHATGATE_MAIL_FROM: 'Chatgate <chatgate@example.test>',
  });
});
afterEach(() => mailServer.refuse(undefined));
afterAll(async () => {
  await office.stop();
  await mailServer.stop();
});

/** The one-time link in the newest mail to somebody. */
const linkTo = (email: string) =>
  mailServer.mails.findLast(({ to }) => to === email)?.text.match(/http\S+#token=\S+/)?.[0] ?? null;
const forgot = async (email: string, language?: 'en' | 'uk') => {
  const body = language ? { email, language } : { email };
  const answer = await office.ask('', 'POST', '/password-resets', body);
  await office.server.app.core.auth.settle();
  return answer;
};
const spend = (link: string | null, password: string) =>
  office.ask('', 'POST', '/password-resets/spend', { token: link?.split('=')[1], password });

test('an invitation goes out by mail, in the language asked for, and is not shown', async () => {
  const { body } = await office.ask(office.admin, 'POST', '/invitations', {
    email: 'Olena@Example.test',
    name: 'Олена',
    role: 'viewer',
    language: 'uk',
  });
  expect(body).toMatchObject({ delivery: { mail: 'sent', link: null, problem: null } });
  expect(mailServer.mails.at(-1)).toMatchObject({
    to: 'olena@example.test',
    subject: 'Administrator запрошує вас до Chatgate',
    text: expect.stringContaining('Вітаємо, Олена!'),
  });
  expect((await office.accept(linkTo('olena@example.test'))).status).toBe(204);
});

test('a mail server that refuses does not lose the invitation: the link is shown instead', async () => {
  mailServer.refuse('no such mailbox here');
  const { invitation, delivery } = await office.invite(office.admin, {
    email: 'refused@example.test',
    role: 'viewer',
  });
  expect(delivery).toMatchObject({
    mail: 'failed',
    problem: expect.stringContaining('no such mailbox here'),
    link: expect.stringContaining('/invitation#token='),
  });
  mailServer.refuse(undefined);
  const again = await office.ask(office.admin, 'POST', `/invitations/${invitation.id}/resend`, {});
  expect(again.body).toMatchObject({ delivery: { mail: 'sent' } });
  expect((await office.accept(linkTo('refused@example.test'))).status).toBe(204);
});

test('whoever forgot the password gets a link, which ends every session', async () => {
  const { email, cookie } = await office.member('Forgetful', 'viewer');
  expect((await forgot(email.toUpperCase(), 'uk')).status).toBe(202);
  expect(mailServer.mails.at(-1)).toMatchObject({ to: email });
  const link = linkTo(email);
  expect((await spend(link, 'short')).code).toBe('invalid');
  const answers = await Promise.all([
    spend(link, 'the new long password'),
    spend(link, 'the new long password'),
  ]);
  expect(answers.map(({ status }) => status).sort()).toEqual([204, 410]);
  expect((await office.ask(cookie, 'GET', '/me')).status).toBe(401);
  expect(await office.signIn({ email })).not.toContain('session_token');
  expect(await office.signIn({ email, password: 'the new long password' })).toContain(
    'session_token',
  );
});

test('the answer is the same for an address that nobody has, and no mail goes out', async () => {
  const before = mailServer.mails.length;
  expect(await forgot('nobody@example.test')).toMatchObject({ status: 202 });
  const { id, email } = await office.member('Disabled', 'viewer');
  await office.ask(office.admin, 'PATCH', `/users/${id}`, { enabled: false });
  expect(await forgot(email)).toMatchObject({ status: 202 });
  expect(mailServer.mails).toHaveLength(before);
});

test('one mail a minute to one person, and the newest link is the only one', async () => {
  const { email } = await office.member('Patient', 'viewer');
  await Promise.all([forgot(email), forgot(email)]);
  const count = () => mailServer.mails.filter(({ to }) => to === email).length;
  expect(count()).toBe(1);
  const first = linkTo(email);
  office.server.clock.move(60_000);
  await forgot(email);
  expect(count()).toBe(2);
  expect((await spend(first, PASSWORD)).code).toBe('link_spent');
  office.server.clock.move(3_600_000);
  expect((await spend(linkTo(email), PASSWORD)).code).toBe('link_spent');
});

test('a mail that was refused holds nobody up: asking again sends another', async () => {
  const { email } = await office.member('Unlucky', 'viewer');
  mailServer.refuse('try later');
  await forgot(email);
  mailServer.refuse(undefined);
  await forgot(email);
  expect((await spend(linkTo(email), 'the new long password')).status).toBe(204);
});

test('many who ask from one address are slowed down, also over two processes', async () => {
  const { call } = office.server;
  const from = { 'x-forwarded-for': '192.0.2.7' };
  const ask = () =>
    call('POST', '/password-resets', { body: { email: 'x@example.test' }, headers: from });
  for (let tries = 0; tries < 10; tries += 1) {
    expect((await ask()).status).toBe(202);
  }
  const refused = await ask();
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
});

test('a reset made by an administrator is mailed, too; the old password works until it is used', async () => {
  const { id, email } = await office.member('Reset', 'viewer');
  const { body } = await office.ask(office.admin, 'POST', `/users/${id}/password-reset`, {});
  expect(body).toMatchObject({ mail: 'sent', link: null });
  expect(await office.signIn({ email })).toContain('session_token');
  expect((await spend(linkTo(email), 'the new long password')).status).toBe(204);
  expect(await office.signIn({ email })).not.toContain('session_token');
});

test('a mail server that is gone is said, and nothing else fails', async () => {
  const gone = await startMailServer();
  await gone.stop();
  const away = await openOffice({
    CHATGATE_SMTP_URL: gone.url,
    CHATGATE_MAIL_FROM: 'chatgate@example.test',
  });
  try {
    const { delivery } = await away.invite(away.admin, { email: 'a@example.test', role: 'agent' });
    expect(delivery).toMatchObject({
      mail: 'failed',
      problem: expect.stringContaining('ECONNREFUSED'),
    });
    expect((await away.accept(delivery.link)).status).toBe(204);
  } finally {
    await away.stop();
  }
});
