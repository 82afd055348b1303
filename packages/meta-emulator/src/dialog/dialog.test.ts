import { expect, test } from 'vitest';
import { createBrowser } from '../test-support/browser.ts';
import {
  APP_ID,
  APP_TOKEN,
  BAKERY,
  BOOKS,
  dialogUrl,
  logIn,
  OLENA,
  REDIRECT,
  SCOPES,
  startWorld,
  type World,
} from '../test-support/world.ts';

const OLENA_FORM: [string, string][] = [
  ['email', OLENA],
  ['password', 'olena-demo'],
];
const scopesTicked = SCOPES.split(',').map((scope): [string, string] => ['scope', scope]);

/** Opens the dialog in a fresh browser. */
async function openDialog(world: World, extra: Record<string, string> = {}) {
  const browser = createBrowser(world.url);
  return { browser, window: await browser.open(dialogUrl(world.url, extra)) };
}

const setApp = ({ emulator }: World, settings: object) =>
  Object.assign(emulator.state.apps[APP_ID] ?? {}, settings);

const grantOf = ({ emulator }: World) => emulator.state.grants[`${APP_ID}:1220000000000501`];

test('window login names the people, refuses a wrong password and remembers who logged in', async () => {
  const world = await startWorld();
  const { browser, window } = await openDialog(world);
  expect(window.html).toContain('marcus-demo');
  const again = await browser.press(window, 'Log in', [
    ['email', OLENA],
    ['password', 'x'],
  ]);
  expect(again.html).toContain('role="alert"');
  await browser.press(again, 'Log in', OLENA_FORM);
  const next = await browser.open(dialogUrl(world.url));
  expect(next.html).toContain('Continue as Olena Kovalenko');
  const forced = await browser.open(dialogUrl(world.url, { auth_type: 'reauthenticate' }));
  expect(forced.html).toContain('name="password"');
});

test('window welcome lets another person take over', async () => {
  const world = await startWorld();
  const { browser, window } = await openDialog(world);
  const welcome = await browser.press(window, 'Log in', OLENA_FORM);
  const login = await browser.press(welcome, 'Not you\\?');
  const other = await browser.press(login, 'Log in', [
    ['email', 'noah@example.test'],
    ['password', 'noah-demo'],
  ]);
  const pages = await browser.press(other, 'Continue as Noah Lind');
  expect(pages.html).toContain('You have no Pages.');
});

test('window pages offers all or listed Pages; window permissions lets single ones off; window linked returns', async () => {
  const world = await startWorld();
  const { browser, window } = await openDialog(world);
  const welcome = await browser.press(window, 'Log in', OLENA_FORM);
  const pages = await browser.press(welcome, 'Continue as');
  expect(pages.html.match(/type="checkbox" name="page"/g)).toHaveLength(6);
  const permissions = await browser.press(pages, 'Next', [
    ['which', 'current'],
    ['page', BAKERY],
  ]);
  expect(permissions.html).toMatch(/value="public_profile"\s+checked disabled/);
  const linked = await browser.press(permissions, 'Done', scopesTicked.slice(0, 3));
  expect(linked.html).toContain('Demo contact centre has been linked');
  expect(grantOf(world)).toMatchObject({
    pages: [BAKERY],
    scopes: { pages_messaging: 'granted', pages_manage_metadata: 'declined' },
  });
  const { url } = await browser.press(linked, 'OK');
  expect(url).toMatch(/\?code=AQ\w+&state=st%26te#_=_$/);
});

test('window return reuses the grant without the list; Edit settings shows earlier choices', async () => {
  const world = await startWorld();
  await logIn(world, OLENA, { pages: [BAKERY], decline: ['pages_messaging'] });
  const { browser, window } = await openDialog(world);
  const back = await browser.press(window, 'Log in', OLENA_FORM);
  // Declined permissions are asked again because of `rerequest`.
  const asked = await browser.press(back, 'Continue as');
  expect(asked.html).toMatch(/value="pages_messaging"\s+checked/);
  const quiet = await browser.open(dialogUrl(world.url, { auth_type: '' }));
  const straight = await browser.press(quiet, 'Continue as');
  expect(straight.html).toContain('has been linked');
  const edit = await browser.press(await browser.open(dialogUrl(world.url)), 'Edit settings');
  expect(edit.html).toMatch(new RegExp(`value="${BAKERY}" checked`));
  expect(edit.html).not.toMatch(new RegExp(`value="${BOOKS}" checked`));
  const permissions = await browser.press(edit, 'Next', [['which', 'all']]);
  expect(permissions.html).toMatch(/value="pages_show_list"\s+checked/);
  expect(permissions.html).not.toMatch(/value="pages_messaging"\s+checked/);
  expect(grantOf(world)?.pages).toEqual([BAKERY]);
  await browser.press(permissions, 'Done', scopesTicked);
  expect(grantOf(world)?.pages).toBe('all');
});

test('GET /login-window/:id and POST /login-window/:id: Cancel on any window returns as Meta does and changes nothing', async () => {
  const world = await startWorld();
  const { browser, window } = await openDialog(world);
  const login = new URL((await browser.press(window, 'Cancel')).url);
  expect(Object.fromEntries(login.searchParams)).toEqual({
    error: 'access_denied',
    error_code: '200',
    error_description: 'Permissions error',
    error_reason: 'user_denied',
    state: 'st&te',
  });
  const again = await browser.open(dialogUrl(world.url));
  const welcome = await browser.press(again, 'Log in', OLENA_FORM);
  const pages = await browser.press(welcome, 'Continue as');
  expect((await browser.press(pages, 'Cancel')).url).toContain(`${REDIRECT}?error=access_denied`);
  expect(grantOf(world)).toBeUndefined();
});

test('a configuration grants all of its permissions or nothing', async () => {
  const world = await startWorld();
  const { browser, window } = await openDialog(world, { config_id: '770011223344001' });
  const welcome = await browser.press(window, 'Log in', OLENA_FORM);
  const pages = await browser.press(welcome, 'Continue as');
  const permissions = await browser.press(pages, 'Next', [['which', 'all']]);
  expect(permissions.html.match(/checked disabled/g)).toHaveLength(4);
  await browser.press(permissions, 'Done');
  expect(grantOf(world)?.scopes).toMatchObject({ pages_messaging: 'granted' });
});

test('response types give a token in the fragment and list the scopes', async () => {
  const world = await startWorld();
  const press = (response_type: string) =>
    world.emulator.authorize({
      url: dialogUrl(world.url, { response_type }),
      person: OLENA,
      decline: ['pages_messaging'],
    }).redirect;
  const both = new URLSearchParams(new URL(press('code token')).hash.slice(1));
  expect([...both.keys()]).toEqual(['code', 'access_token', 'expires_in', 'state']);
  const listed = new URL(press('code,granted_scopes')).searchParams;
  expect(listed.get('granted_scopes')).toBe('public_profile,pages_show_list,pages_manage_metadata');
  expect(listed.get('denied_scopes')).toBe('pages_messaging');
});

test('GET /dialog/oauth and GET /:version/dialog/oauth never redirect when they refuse: error page Invalid App ID, error page Unknown version, error page This window is over', async () => {
  const world = await startWorld();
  const show = async (path: string) => (await fetch(`${world.url}${path}`)).text();
  expect(await show('/dialog/oauth?client_id=1')).toContain('<h1>Invalid App ID</h1>');
  expect(await show('/v99.0/dialog/oauth?client_id=1')).toContain('<h1>Unknown version</h1>');
  expect(await show('/login-window/none')).toContain('<h1>This window is over</h1>');
});

test('error page URL blocked compares whole addresses once loopback is no longer free', async () => {
  const world = await startWorld();
  setApp(world, { redirectUris: [REDIRECT] });
  const open = async (redirect_uri: string) =>
    (await openDialog(world, { redirect_uri })).window.html;
  expect(await open(REDIRECT)).toContain('name="password"');
  expect(await open(`${REDIRECT}?a=1`)).toContain('<h1>URL blocked</h1>');
  expect(await open(`${REDIRECT}/`)).toContain(
    `exactly this to Valid OAuth Redirect URIs: ${REDIRECT}/`,
  );
  setApp(world, { redirectUris: ['(any loopback address)'] });
  expect(await open('https://elsewhere.test/')).toContain('<h1>URL blocked</h1>');
});

test("error page Can't load URL, error page Invalid scopes and error page Invalid configuration say what to change", async () => {
  const world = await startWorld();
  const html = async (extra: Record<string, string>) =>
    (await openDialog(world, extra)).window.html;
  expect(await html({ scope: 'pages_show_list,ads_read' })).toContain('Invalid scopes: ads_read.');
  expect(await html({ config_id: '1' })).toContain('<h1>Invalid configuration</h1>');
  setApp(world, { domains: ['example.com'] });
  expect(await html({})).toContain('<h1>Can&#39;t load URL</h1>');
});

test('error page App not active meets people without a role while the app is in development', async () => {
  const world = await startWorld();
  setApp(world, { mode: 'development', roles: ['1220000000000502'] });
  const { browser, window } = await openDialog(world);
  world.emulator.state.sessions['olena'] = '1220000000000501';
  const headers = { cookie: 'emulator_person=olena' };
  const known = await fetch(dialogUrl(world.url), { headers });
  expect(await known.text()).toContain('<h1>App not active</h1>');
  expect(known.headers.get('set-cookie')).toContain('Max-Age=0');
  const refused = await browser.press(window, 'Log in', OLENA_FORM);
  expect(refused.html).toContain('<h1>App not active</h1>');
  const inside = await browser.press(window, 'Log in', [
    ['email', 'marcus@example.test'],
    ['password', 'marcus-demo'],
  ]);
  expect(inside.html).toContain('Continue as Marcus Webb');
});

test('fault dialog_no_page_list: error page No list of Pages; fault dialog_down: error page Sorry, something went wrong', async () => {
  const world = await startWorld();
  const { browser, window } = await openDialog(world);
  const welcome = await browser.press(window, 'Log in', OLENA_FORM);
  world.emulator.faults.set('dialog_no_page_list');
  const pages = await browser.press(welcome, 'Continue as');
  expect(pages.html).toContain('<h1>No list of Pages</h1>');
  world.emulator.faults.set('dialog_down');
  const down = await browser.open(dialogUrl(world.url));
  expect(down.html).toContain('<h1>Sorry, something went wrong</h1>');
});

test('fault dialog_coop severs the window from its opener', async () => {
  const world = await startWorld();
  const header = async () =>
    (await fetch(dialogUrl(world.url))).headers.get('cross-origin-opener-policy');
  expect(await header()).toBeNull();
  world.emulator.faults.set('dialog_coop');
  expect(await header()).toBe('same-origin');
});

test('fault scopes_partial declines what was ticked; fault grant_all_is_snapshot leaves later Pages out', async () => {
  const world = await startWorld();
  world.emulator.faults.set('scopes_partial', { scopes: ['pages_messaging'] });
  const token = await logIn(world, OLENA);
  const debug = await world.graph('/debug_token', { input_token: token, access_token: APP_TOKEN });
  expect(debug.body.data.scopes).not.toContain('pages_messaging');
  const count = async () =>
    (await world.graph('/me/accounts', { access_token: token })).body.data.length;
  expect(await count()).toBe(5);
  world.emulator.people.addToPage(OLENA, { pageId: '1080000000000110', tasks: ['MANAGE'] });
  expect(await count()).toBe(6);
  world.emulator.faults.set('grant_all_is_snapshot');
  expect(await count()).toBe(5);
});
