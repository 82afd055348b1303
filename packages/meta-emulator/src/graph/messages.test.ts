import { expect, test } from 'vitest';
import {
  APP_ID,
  BAKERY,
  logIn,
  OLENA,
  pageToken,
  startWorld,
  subscribe,
} from '../test-support/world.ts';

const DAY_MS = 86_400_000;

/** A Page that receives everything, and a customer who wrote. */
async function startChat() {
  const world = await startWorld();
  const access_token = await pageToken(world, await logIn(world, OLENA), BAKERY);
  await subscribe(world, access_token, 'messages,message_echoes,message_deliveries,message_reads');
  const customer = { pageId: BAKERY, customerId: 'c1' };
  const { psid, mid } = world.emulator.customers.act({ ...customer, kind: 'text', text: 'Hi' });
  await world.emulator.drain();
  world.received.splice(0);
  const send = (params: Record<string, string>) =>
    world.graph(
      `/v26.0/${BAKERY}/messages`,
      { access_token, recipient: JSON.stringify({ id: psid }), ...params },
      'POST',
    );
  return { ...world, world, access_token, psid, mid, send };
}

test('POST /{page}/messages reaches the customer and comes back as echo and delivery', async () => {
  const { send, emulator, received, psid } = await startChat();
  const message = JSON.stringify({ text: 'Hello Ann', metadata: 'out-1' });
  const { body } = await send({ message, messaging_type: 'RESPONSE' });
  expect(body).toEqual({ recipient_id: psid, message_id: expect.stringMatching(/^m_/) });
  await emulator.drain();
  const elements = received.flatMap((one) => one.elements);
  expect(elements[0]).toMatchObject({
    sender: { id: BAKERY },
    recipient: { id: psid },
    message: { mid: body.message_id, is_echo: true, app_id: Number(APP_ID), metadata: 'out-1' },
  });
  expect(elements[1]).toMatchObject({ delivery: { mids: [body.message_id] } });
  emulator.customers.looked(psid);
  await emulator.drain();
  expect(received.at(-1)?.elements[0]).toMatchObject({ read: { watermark: expect.any(Number) } });
  expect(emulator.state.threads[psid]?.messages.at(-1)).toMatchObject({
    from: 'page',
    text: 'Hello Ann',
  });
});

test('recipients are read leniently, and bad messages refused with their codes', async () => {
  const { send, psid, graph, access_token } = await startChat();
  const lenient = await send({ recipient: `{'id':'${psid}'}`, message: "{text:'ok'}" });
  expect(lenient.status).toBe(200);
  expect((await send({ recipient: `{id:${psid}}`, message: "{'text':'ok'}" })).status).toBe(200);
  const error = async (params: Record<string, string>) => (await send(params)).body.error;
  expect(await error({ recipient: '{"id":"1"}', message: '{"text":"x"}' })).toMatchObject({
    code: 100,
    error_subcode: 2_018_001,
  });
  const long = JSON.stringify({ text: 'x'.repeat(2001) });
  expect((await error({ message: long })).message).toContain('less than or equal to 2000');
  const both = JSON.stringify({ text: 'x', attachment: { type: 'image', payload: {} } });
  expect((await error({ message: both })).message).toContain('Only one of the text, attachment');
  const tag = { message: '{"text":"x"}', tag: 'ACCOUNT_UPDATE', messaging_type: 'MESSAGE_TAG' };
  expect((await error(tag)).code).toBe(100);
  const mixed = { message: '{"text":"x"}', sender_action: 'typing_on' };
  expect((await error(mixed)).error_subcode).toBe(2_018_014);
  const user = await graph('/me/messages', { access_token: access_token.slice(1) }, 'POST');
  expect(user.body.error.code).toBe(190);
});

test('outside 24 hours only a human agent may write, for seven days', async () => {
  const { send, clock } = await startChat();
  clock.at += DAY_MS + 1000;
  const message = '{"text":"late"}';
  const late = await send({ message });
  expect(late).toMatchObject({
    status: 403,
    body: { error: { code: 10, error_subcode: 2_018_278 } },
  });
  expect((await send({ message, tag: 'HUMAN_AGENT', messaging_type: 'MESSAGE_TAG' })).status).toBe(
    200,
  );
  clock.at += 6 * DAY_MS;
  expect((await send({ message, tag: 'HUMAN_AGENT', messaging_type: 'MESSAGE_TAG' })).status).toBe(
    403,
  );
});

test('a sender action marks the conversation as seen and answers the recipient only', async () => {
  const { send, emulator, psid } = await startChat();
  const { body } = await send({ sender_action: 'mark_seen' });
  expect(body).toEqual({ recipient_id: psid });
  expect(emulator.state.threads[psid]?.messages[0]?.readAt).not.toBeNull();
});

test('GET /{psid} is known to its Page only, and empty for people who do not share', async () => {
  const { graph, access_token, psid, emulator } = await startChat();
  const fields = 'id,name,first_name,last_name,profile_pic';
  const ann = await graph(`/v26.0/${psid}`, { access_token, fields });
  expect(ann.body).toMatchObject({ id: psid, name: 'Ann Brown', first_name: 'Ann' });
  const shy = emulator.customers.openThread(BAKERY, 'c5');
  expect((await graph(`/${shy.psid}`, { access_token, fields })).body).toEqual({});
  const elsewhere = emulator.customers.openThread('1080000000000102', 'c1');
  expect(elsewhere.psid).not.toBe(psid);
  const refused = await graph(`/${elsewhere.psid}`, { access_token });
  expect(refused.body.error.error_subcode).toBe(33);
});

test('GET /{page}/conversations, GET /{conversation}, GET /{conversation}/messages and GET /{message} read it back', async () => {
  const { graph, access_token, psid, mid, send, emulator } = await startChat();
  await send({ message: '{"text":"Hello Ann"}' });
  const list = await graph(`/v26.0/${BAKERY}/conversations`, {
    access_token,
    platform: 'messenger',
    fields:
      'id,unread_count,message_count,can_reply,participants,messages.limit(1){id,message,from}',
  });
  expect(list.body.data).toHaveLength(1);
  expect(list.body.data[0]).toMatchObject({ id: `t_${psid}`, message_count: 2, can_reply: true });
  expect(list.body.data[0].messages.data).toEqual([
    { id: expect.any(String), message: 'Hello Ann', from: expect.objectContaining({ id: BAKERY }) },
  ]);
  const one = await graph(`/t_${psid}`, { access_token, fields: 'snippet,updated_time' });
  expect(one.body.updated_time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000$/);
  const messages = await graph(`/t_${psid}/messages`, { access_token, fields: 'id' });
  expect(messages.body.data[1]).toEqual({ id: mid });
  const read = await graph(`/${mid}`, { access_token, fields: 'message,from,to' });
  expect(read.body).toMatchObject({
    message: 'Hi',
    from: { name: 'Ann Brown', id: psid },
    id: mid,
  });
  emulator.customers.burst({ pageId: BAKERY, psid, count: 20, mode: 'in_order' });
  const old = await graph(`/${mid}`, { access_token });
  expect(old.body.error.error_subcode).toBe(9_000_001);
  const other = await graph(`/${BAKERY}/conversations`, { access_token, user_id: '1' });
  expect(other.body.data).toEqual([]);
});

test('an attachment is fetched before the answer', async () => {
  const { send, app } = await startChat();
  const attachment = { type: 'image', payload: { url: 'http://files.test/a.png' } };
  const message = JSON.stringify({ attachment });
  expect((await send({ message })).status).toBe(200);
  app.status = 404;
  expect((await send({ message })).body.error.error_subcode).toBe(2_018_008);
});
