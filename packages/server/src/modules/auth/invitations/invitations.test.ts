import type { PersonInvitationList } from '@chatgate/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Office, openOffice, tokenOf } from '../test-support/staff.ts';

const DAY_MS = 86_400_000;

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.stop());

let invited = 0;
const invite = (as = office.admin, role = 'viewer') => {
  invited += 1;
  return office.invite(as, { email: `guest${invited}@example.test`, role });
};
const look = (link: string | null) =>
  office.ask('', 'POST', '/invitations/look', { token: tokenOf(link) });
const open = async () =>
  (await office.ask(office.admin, 'GET', '/invitations')).body as PersonInvitationList;

test('without a mail server the link is shown to who invited, and works once', async () => {
  const { delivery } = await invite();
  expect(delivery).toMatchObject({ mail: 'off', problem: null });
  expect((await look(delivery.link)).body).toMatchObject({
    email: 'guest1@example.test',
    role: 'Viewer',
    invitedBy: 'Administrator',
  });
  const { status, cookie } = await office.accept(delivery.link);
  expect(status).toBe(204);
  expect((await office.ask(cookie, 'GET', '/me')).body).toMatchObject({
    email: 'guest1@example.test',
    role: { id: 'viewer' },
  });
  expect((await office.accept(delivery.link)).code).toBe('link_spent');
  expect((await look(delivery.link)).code).toBe('link_spent');
  expect((await open()).items).toEqual([]);
});

test('of two browsers that accept at once, one comes in', async () => {
  const { delivery } = await invite();
  const answers = await Promise.all([office.accept(delivery.link), office.accept(delivery.link)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([204, 410]);
});

test('a refused acceptance spends nothing', async () => {
  const { delivery } = await invite();
  expect((await office.accept(delivery.link, 'short')).code).toBe('invalid');
  expect((await office.accept(delivery.link)).status).toBe(204);
});

test('a link ends after a week, when it is sent anew, and when it is revoked', async () => {
  const { invitation, delivery } = await invite();
  office.server.clock.move(7 * DAY_MS);
  expect((await office.accept(delivery.link)).code).toBe('link_spent');
  expect((await open()).items).toMatchObject([{ expired: true }]);
  const again = await office.ask(office.admin, 'POST', `/invitations/${invitation.id}/resend`, {});
  const { link } = (again.body as { delivery: { link: string } }).delivery;
  expect((await look(delivery.link)).code).toBe('link_spent');
  expect((await look(link)).status).toBe(200);
  const revoke = () => office.ask(office.admin, 'DELETE', `/invitations/${invitation.id}`);
  expect((await revoke()).status).toBe(204);
  expect((await office.accept(link)).code).toBe('link_spent');
  expect((await revoke()).code).toBe('not_found');
  expect((await office.audited()).slice(0, 3)).toEqual([
    'invitation.revoked',
    'invitation.resent',
    'invitation.created',
  ]);
});

test('nobody is invited twice, or who can sign in already, however the address is written', async () => {
  const wish = { email: 'Twice@Example.test', role: 'viewer', name: 'Twice' };
  const ask = () => office.ask(office.admin, 'POST', '/invitations', wish);
  const answers = await Promise.all([ask(), ask()]);
  expect(answers.map(({ code }) => code).sort()).toEqual(['already_invited', undefined]);
  expect(
    (
      await office.ask(office.admin, 'POST', '/invitations', {
        ...wish,
        email: 'ADMIN@example.test',
      })
    ).code,
  ).toBe('person_exists');
});

test('an invitation does not outlive the rights of who invited', async () => {
  const host = await office.member('Host', 'administrator');
  const { delivery } = await invite(host.cookie, 'editor');
  const change = (body: object) => office.ask(office.admin, 'PATCH', `/users/${host.id}`, body);
  await change({ role: 'viewer' });
  expect((await office.accept(delivery.link)).code).toBe('invitation_withdrawn');
  await change({ role: 'administrator', enabled: false });
  expect((await office.accept(delivery.link)).code).toBe('invitation_withdrawn');
  await change({ enabled: true });
  expect((await office.accept(delivery.link)).status).toBe(204);
});

test('nobody invites to more than their own rights, and a viewer not at all', async () => {
  const { id: role } = await office.role('Host', ['admin:access', 'users:access', 'users:create']);
  const host = await office.member('Weak', role);
  const wish = { email: 'strong@example.test', name: 'Strong', role: 'editor' };
  expect((await office.ask(host.cookie, 'POST', '/invitations', wish)).code).toBe(
    'beyond_own_rights',
  );
  const viewer = await office.member('Viewer', 'viewer');
  expect((await office.ask(viewer.cookie, 'POST', '/invitations', wish)).code).toBe('forbidden');
});

test('what is malformed is refused', async () => {
  for (const body of [
    { email: 'nobody', name: 'x', role: 'viewer' },
    { email: 'a@b, c@d', name: 'x', role: 'viewer' },
    { email: 'a@example.test\r\nBcc: b@example.test', name: 'x', role: 'viewer' },
    { email: 'a@example.test', name: 'a\r\nBcc: b@example.test', role: 'viewer' },
  ]) {
    expect((await office.ask(office.admin, 'POST', '/invitations', body)).code).toBe('invalid');
  }
  expect((await office.ask('', 'POST', '/invitations/look', { token: 'short' })).code).toBe(
    'invalid',
  );
});
