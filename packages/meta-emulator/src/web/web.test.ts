import { expect, test } from 'vitest';
import {
  APP_ID,
  APP_SECRET,
  BAKERY,
  logIn,
  OLENA,
  pageToken,
  startWorld,
  subscribe,
} from '../test-support/world.ts';
import { html, toText } from './html.ts';

async function startSite() {
  const world = await startWorld();
  const get = async (path: string) => {
    const response = await fetch(`${world.url}${path}`);
    const { status, headers } = response;
    return { status, type: headers.get('content-type'), text: await response.text() };
  };
  const post = async (path: string, form: [string, string][]) =>
    (
      await fetch(`${world.url}${path}`, { method: 'POST', body: new URLSearchParams(form) })
    ).text();
  return { ...world, world, get, post };
}

test('a template escapes whatever is not markup already', () => {
  const name = '<b>"Sons" & \'Co\'</b>';
  const list = [html`<i>${1}</i>`, null, false];
  expect(toText(html`<p title="${name}">${list}</p>`)).toBe(
    '<p title="&lt;b&gt;&quot;Sons&quot; &amp; &#39;Co&#39;&lt;/b&gt;"><i>1</i></p>',
  );
});

test('GET / shows the card, the people and the Pages, and says what it is', async () => {
  const { get } = await startSite();
  const { text } = await get('/');
  for (const part of ['Meta emulator', APP_ID, APP_SECRET, 'olena-demo', 'graph_delay']) {
    expect(text).toContain(part);
  }
  expect(text).toContain('Studio &lt;b&gt;North&lt;/b&gt;');
});

test('POST /emulator/settings/:id keeps the settings of the form', async () => {
  const { post, emulator } = await startSite();
  await post(`/emulator/settings/${APP_ID}`, [
    ['redirectUris', 'https://a.test/x\r\nhttps://b.test/y\r\n'],
    ['domains', ''],
    ['scopes', 'public_profile'],
    ['deauthorizeUrl', ' https://a.test/d '],
    ['dataDeletionUrl', ''],
    ['mode', 'development'],
    ['requireProof', 'on'],
    ['roles', '1220000000000501'],
  ]);
  expect(emulator.state.apps[APP_ID]).toMatchObject({
    redirectUris: ['https://a.test/x', 'https://b.test/y'],
    deauthorizeUrl: 'https://a.test/d',
    mode: 'development',
    requireProof: true,
    allowSettingsByApi: false,
    roles: ['1220000000000501'],
  });
});

test('POST /emulator/faults/:name and POST /emulator/reset are the buttons of the home page', async () => {
  const { post, emulator } = await startSite();
  const on = await post('/emulator/faults/graph_delay', [
    ['action', 'on'],
    ['ms', '70'],
  ]);
  expect(on).toContain('Switch off graph_delay');
  expect(emulator.state.faults.graph_delay).toEqual({ ms: 70 });
  const wrong = await post('/emulator/faults/graph_delay', [
    ['action', 'on'],
    ['ms', 'x'],
  ]);
  expect(wrong).toContain('is a number');
  await post('/emulator/faults/graph_delay', [
    ['action', 'off'],
    ['ms', '70'],
  ]);
  expect(emulator.state.faults).toEqual({});
  await post('/emulator/faults/graph_html', [['action', 'on']]);
  await post('/emulator/reset', []);
  expect(emulator.state.faults).toEqual({});
});

test('POST /emulator/people/:id presses what a person can press at Meta', async () => {
  const { world, post, emulator, received } = await startSite();
  Object.assign(emulator.state.apps[APP_ID] ?? {}, {
    deauthorizeUrl: 'http://app.test/deauth',
    dataDeletionUrl: 'http://app.test/erase',
  });
  const token = await logIn(world, OLENA);
  const press = (action: string) =>
    post('/emulator/people/1220000000000501', [
      ['app', APP_ID],
      ['action', action],
    ]);
  await press('deletion');
  await press('password');
  expect((await world.graph('/me', { access_token: token })).body.error.error_subcode).toBe(460);
  const home = await press('remove');
  expect(home).toContain('Olena Kovalenko removed the app');
  await emulator.drain();
  expect(received.map(({ url }) => url)).toEqual([
    'http://app.test/erase',
    'http://app.test/deauth',
  ]);
});

test('GET /pages/:id, GET /pages/:id/chat, GET /pages/:id/chat/state and POST /pages/:id/chat are the chat', async () => {
  const { world, get, post, emulator } = await startSite();
  await subscribe(world, await pageToken(world, await logIn(world, OLENA), BAKERY));
  expect((await get(`/pages/${BAKERY}`)).text).toContain('>Message</button>');
  expect((await get('/pages/1')).status).toBe(404);
  expect((await get('/pages/1/chat')).status).toBe(404);
  const chat = `/pages/${BAKERY}/chat?as=c2`;
  const { text } = await get(chat);
  for (const name of ['Send 200 messages', 'in the wrong order', 'everything twice', 'Picture']) {
    expect(text).toContain(`>${name}</button>`);
  }
  const state = async () =>
    JSON.parse((await get(`/pages/${BAKERY}/chat/state?as=c2`)).text) as Record<string, string>;
  await post(chat, [
    ['text', 'Have <you> bread?'],
    ['action', 'text'],
  ]);
  expect((await state())['log']).toContain('Have &lt;you&gt; bread?');
  await emulator.drain();
  expect((await state())['log']).toContain('delivered');
  world.app.status = 0;
  await post(chat, [['action', 'burst_twice']]);
  await emulator.drain();
  const count = async (name: string) =>
    Number(new RegExp(`data-count="${name}">(\\d+)`).exec((await state())['tally'] ?? '')?.[1]);
  expect(await count('sent')).toBe(201);
  expect(await count('acknowledged')).toBe(1);
  expect(await count('retrying')).toBe(200);
  expect(await count('copies sent')).toBe(200);
  for (const action of [
    ...['image', 'sticker', 'audio', 'file', 'postback'],
    ...['burst', 'burst_wrong_order', 'reaction'],
  ]) {
    await post(chat, [['action', action]]);
  }
  expect(await count('sent')).toBe(605);
});

test('GET /files/picture/:id.png, GET /files/image/:id.png, GET /files/sticker/:id.png, GET /files/file/:name and GET /files/audio/:name are real files', async () => {
  const { get } = await startSite();
  expect((await get('/files/picture/1.png?size=60')).type).toBe('image/png');
  expect((await get('/files/image/7.png')).type).toBe('image/png');
  expect((await get('/files/sticker/7.png')).type).toBe('image/png');
  expect((await get('/files/file/a.pdf')).text).toMatch(/^%PDF/);
  expect((await get('/files/audio/a.wav')).text).toMatch(/^RIFF/);
});

test('fault file_trouble stands in the place of an attachment, and leaves pictures of people alone', async () => {
  const { url, get, emulator } = await startSite();
  const file = `${url}/files/image/1.png`;
  const trouble = (as: string) => emulator.faults.set('file_trouble', { as, ms: 1 });
  trouble('404');
  expect((await fetch(file)).status).toBe(404);
  expect((await get('/files/picture/1.png')).type).toBe('image/png');
  trouble('expired');
  expect(await (await fetch(file)).text()).toBe('URL signature expired');
  trouble('html');
  expect((await fetch(file)).headers.get('content-type')).toContain('text/html');
  trouble('redirect');
  expect((await fetch(file, { redirect: 'manual' })).status).toBe(302);
  trouble('empty');
  expect(await (await fetch(file)).text()).toBe('');
  trouble('huge');
  expect((await (await fetch(file)).arrayBuffer()).byteLength).toBe(64 * 1024 * 1024);
  trouble('cut');
  await expect(fetch(file).then((answer) => answer.text())).rejects.toThrow();
  trouble('slow');
  expect((await fetch(file)).headers.get('content-type')).toBe('image/png');
  emulator.faults.set('file_trouble', { as: '500', times: 1 });
  expect((await fetch(file)).status).toBe(500);
  expect((await fetch(file)).status).toBe(200);
});

test('GET /emulator/assets/style.css, GET /emulator/assets/copy.client.ts, GET /emulator/assets/dom.client.ts and GET /emulator/assets/chat.client.ts are served without types', async () => {
  const { get } = await startSite();
  expect((await get('/emulator/assets/style.css')).type).toContain('text/css');
  for (const name of ['copy', 'dom', 'chat']) {
    const { type, text } = await get(`/emulator/assets/${name}.client.ts`);
    expect(type).toContain('text/javascript');
    expect(text).not.toMatch(/: string|interface /);
  }
});
