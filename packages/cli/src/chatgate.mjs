#!/usr/bin/env node
// The command `chatgate`. Plain JavaScript that an old Node can read: the rest is TypeScript, which
// needs Node 24 or newer. Run by an older one, it runs itself again with the project's own.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const WANTED_MAJOR = 24;

async function main() {
  const [major] = process.versions.node.split('.');
  if (Number(major) >= WANTED_MAJOR) {
    await run();
    return;
  }
  const own = fileURLToPath(new URL('../../../.node/bin/node', import.meta.url));
  if (!existsSync(own)) {
    console.error(
      `Chatgate needs Node ${WANTED_MAJOR} or newer; this is ${process.versions.node}. Run ./script/bootstrap, which fetches one.`,
    );
    process.exitCode = 1;
    return;
  }
  runAgain(own);
}

async function run() {
  let loaded;
  try {
    loaded = await import('./run-command.ts');
  } catch (error) {
    if (!String(error.message).includes('Cannot find package')) {
      throw error;
    }
    console.error(`Packages are missing. Run ./script/bootstrap. (${error.message})`);
    process.exitCode = 1;
    return;
  }
  process.exitCode = await loaded.runCommand(process.argv.slice(2));
}

function runAgain(node) {
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    // From a terminal the child has got it too; getting it twice must not hurt it.
    process.on(signal, () => child.kill(signal));
  }
  child.on('exit', (code, signal) => {
    process.exit(signal === null ? code : 1);
  });
}

await main();
