import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEmulator } from '@chatgate/meta-emulator';
import { createApp, loadConfig, silentLog, systemClock, systemRandom } from '@chatgate/server';
import openapiTS, { astToString } from 'openapi-typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort, SERVER_ENV } from '../support/server-process.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../..');
const PROGRAM = 'drive-gateway.client.ts';
const TSC = join(root, 'node_modules/@typescript/native/bin/tsc');

/** Inside the repository, so that the program finds its packages. */
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(here, '.generated-'));
  const description = readFileSync(join(root, 'docs/reference/openapi.json'), 'utf8');
  writeFileSync(join(folder, 'chatgate.d.ts'), astToString(await openapiTS(description)));
  copyFileSync(join(here, PROGRAM), join(folder, PROGRAM));
  const compilerOptions = { noEmit: true, skipLibCheck: false };
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: '../../../tsconfig.base.json', compilerOptions, include: ['*.ts'] }),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function typeCheck(): string {
  const { stdout } = spawnSync(process.execPath, [TSC, '-p', folder], { encoding: 'utf8' });
  return stdout;
}

test('a program against generated types compiles, and one with a wrong word does not', () => {
  expect(typeCheck()).toBe('');
  const program = readFileSync(join(folder, PROGRAM), 'utf8');
  const mistakes = [
    ['/api/v1/conversations/{id}/messages', '/api/v1/conversations/{id}/letters'],
    ['receiving: true', "receiving: 'on'"],
    ['({ name }) => name', '({ title }) => title'],
    ["'app_id_taken' | undefined", "'app_taken' | undefined"],
  ] as const;
  const files = mistakes.map((_mistake, number) => join(folder, `wrong-${number}.client.ts`));
  for (const [number, [right, wrong]] of mistakes.entries()) {
    expect(program).toContain(right);
    writeFileSync(files[number] ?? '', program.replace(right, wrong));
  }
  const said = typeCheck();
  for (const [number, [, wrong]] of mistakes.entries()) {
    expect(said, wrong).toContain(`wrong-${number}.client.ts`);
  }
  for (const file of files) {
    rmSync(file);
  }
});

test('it drives a real server: gateway, log-in, switch, first message', async () => {
  const metaPort = await freePort();
  const metaUrl = `http://127.0.0.1:${metaPort}`;
  const meta = createEmulator({ clock: systemClock, port: metaPort, publicUrl: metaUrl });
  await meta.start();
  const config = loadConfig({
    ...SERVER_ENV,
    PORT: String(await freePort()),
    DATA_DIR: join(folder, 'data'),
    CHATGATE_META_GRAPH_URL: metaUrl,
    CHATGATE_META_DIALOG_URL: metaUrl,
  });
  const app = await createApp(
    { ...config, PUBLIC_URL: `http://127.0.0.1:${config.PORT}` },
    { clock: systemClock, random: systemRandom, log: silentLog },
  );
  try {
    const { url } = await app.start();
    const role = 'administrator';
    const key = await app.core.auth.createApiKey({ name: 'Program', role, createdBy: 'test' });
    const [metaApp] = Object.values(meta.state.apps);
    const surroundings = {
      baseUrl: url,
      key: key.reveal(),
      app: { id: metaApp?.id ?? '', secret: metaApp?.secret ?? '' },
      async logIn(address: string) {
        const start = await fetch(address, { redirect: 'manual' });
        const cookie = start.headers.getSetCookie().map((each) => each.split(';')[0]);
        const person = 'olena@example.test';
        const { redirect } = meta.authorize({ url: start.headers.get('location') ?? '', person });
        await fetch(redirect, { headers: { cookie: cookie.join('; ') }, redirect: 'manual' });
        await app.drain();
      },
      async write(pageId: string, text: string) {
        meta.customers.act({ pageId, kind: 'text', text });
        await meta.drain();
        await app.drain();
      },
    };
    const { driveGateway } = await import(join(folder, PROGRAM));
    const done = await driveGateway(surroundings);
    expect(done).toMatchObject({ refusal: 'app_id_taken', switched: [true] });
    expect(done.added.length).toBeGreaterThan(0);
    expect(done.texts).toEqual(['Is anybody there?']);
  } finally {
    await app.stop();
    await meta.stop();
  }
});
