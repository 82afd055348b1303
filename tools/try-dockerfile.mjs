// Does by hand, in temporary folders, what `docker build` and `docker run` would do with the
// Dockerfile, because Docker is not everywhere: stages, COPY (with .dockerignore), RUN, ENV, USER and
// CMD of this one file, not of any. Then asks /healthz by the HEALTHCHECK's own command.
//
//   node tools/try-dockerfile.mjs            needs npm and the registry; as root it changes the user
import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, matchesGlob, relative } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const root = join(import.meta.dirname, '..');
const work = mkdtempSync(join(tmpdir(), 'chatgate-image-'));
const isRoot = process.getuid?.() === 0;
const node = dirname(process.execPath);
const READY_WITHIN_MS = 60_000;

/** Stages with their folders; `/app` of an image is `<folder>/app`. */
const stages = new Map();
let stage;

try {
  chmodSync(work, 0o755);
  const instructions = read(readFileSync(join(root, 'Dockerfile'), 'utf8'));
  for (const { word, rest } of instructions) {
    await perform(word, rest);
  }
  await start();
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** Instructions in their order, continued lines joined. */
function read(text) {
  return text
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const [word = '', ...rest] = line.split(' ');
      return { word, rest: rest.join(' ') };
    });
}

async function perform(word, rest) {
  switch (word) {
    case 'FROM': {
      const name = / AS (\w+)$/.exec(rest)?.[1] ?? 'final';
      stage = { folder: join(work, name), directory: '/', env: {}, user: undefined };
      mkdirSync(stage.folder);
      stages.set(name, stage);
      console.log(`stage ${name}`);
      return;
    }
    case 'WORKDIR':
      stage.directory = rest;
      mkdirSync(inImage(rest), { recursive: true });
      return;
    case 'ENV':
      for (const pair of rest.split(' ')) {
        const [name, value] = pair.split('=');
        stage.env[name] = value;
      }
      return;
    case 'COPY':
      copy(rest.split(' '));
      return;
    case 'RUN':
      console.log(`  ${rest}`);
      // Folders of the image are below the stage's; `mkdir` and `chown` are the only ones that use them.
      execFileSync('sh', ['-ec', rest.replaceAll(/ (\/data)/g, ` ${stage.folder}$1`)], {
        cwd: inImage(stage.directory),
        env: { ...process.env, PATH: `${node}:${process.env.PATH}`, NODE_ENV: '' },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      return;
    case 'USER':
      stage.user = rest;
      return;
    case 'HEALTHCHECK':
      stage.health = JSON.parse(rest.slice(rest.indexOf('[')));
      return;
    case 'CMD':
      stage.command = JSON.parse(rest);
      return;
    default:
      return;
  }
}

function inImage(path, of = stage) {
  return join(of.folder, path.startsWith('/') ? path : join(stage.directory, path));
}

function copy(words) {
  const from = words[0]?.startsWith('--from=') ? stages.get(words.shift().slice(7)) : undefined;
  const target = words.at(-1);
  for (const source of words.slice(0, -1)) {
    const path = from ? inImage(source, from) : join(root, source);
    if (!existsSync(path)) {
      throw new Error(`COPY ${source}: there is no such file.`);
    }
    const into = target.endsWith('/') && !isFolder(path) ? join(target, source) : target;
    cpSync(path, inImage(into), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (file) => from !== undefined || isSent(relative(root, file)),
    });
  }
}

function isFolder(path) {
  return statSync(path).isDirectory();
}

/** What .dockerignore lets through; the last rule that fits decides. */
function isSent(path) {
  const rules = readFileSync(join(root, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  let sent = true;
  for (const rule of rules) {
    const pattern = rule.replace(/^!/, '');
    if (matchesGlob(path, pattern) || matchesGlob(path, `${pattern}/**`)) {
      sent = rule.startsWith('!');
    }
  }
  return sent;
}

async function start() {
  const port = String(await freePort());
  const { folder, env, command, user, health } = stage;
  if (user === undefined || /^(0|root)/.test(user)) {
    throw new Error('The image would run as root.');
  }
  const settings = {
    PATH: `${node}:${process.env.PATH}`,
    ...env,
    ...{ HOST: '127.0.0.1', PORT: port, DATA_DIR: join(folder, env.DATA_DIR) },
  };
  const as = (words) =>
    isRoot
      ? [
          'setpriv',
          [
            `--reuid=${user.split(':')[0]}`,
            `--regid=${user.split(':')[1]}`,
            '--clear-groups',
            ...words,
          ],
        ]
      : [words[0], words.slice(1)];
  const child = spawn(...as(command), { cwd: inImage('.'), env: settings, stdio: 'inherit' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    await untilHealthy(
      () => execFileSync(...as(health), { env: settings, stdio: 'ignore' }),
      child,
    );
    const page = await (await fetch(`http://127.0.0.1:${port}/`)).text();
    if (!page.includes('<div id="root"')) {
      throw new Error('The admin application is not in the image.');
    }
    console.log(`healthy as user ${user} (${isRoot ? 'really' : 'not root, so user not changed'})`);
  } finally {
    child.kill('SIGTERM');
    console.log(`ended with ${await ended} after SIGTERM`);
  }
}

async function untilHealthy(ask, child) {
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    try {
      ask();
      return;
    } catch (error) {
      if (Date.now() > deadline || child.exitCode !== null) {
        throw new Error('It did not become healthy.', { cause: error });
      }
      await pause(500);
    }
  }
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
