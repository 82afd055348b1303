// Keeps the clone installable anywhere: no path of one machine, no host of one package registry, and
// a lock file that names the packages of every platform (`npm ci` refuses one that does not).
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

const problems = [...foreignPlaces(), ...missingFromLock()];
console.log(problems.length === 0 ? 'nothing ties the tree to one machine' : problems.join('\n'));
process.exitCode = problems.length === 0 ? 0 : 1;

function foreignPlaces() {
  const hosts = 'https?://registry\\.|registry\\.(npmjs|yarnpkg|npmmirror)';
  const folders = '(^|[^[:alnum:]_./])/(work|home|root|Users)/[[:alnum:]]';
  const run = spawnSync(
    'git',
    [
      'grep',
      '--untracked',
      '-nIE',
      `${hosts}|${folders}`,
      '--',
      '.',
      ':!tools/check-repository.mjs',
    ],
    { cwd: root, encoding: 'utf8' },
  );
  return run.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => `names a machine or a registry: ${line.slice(0, 160)}`);
}

function missingFromLock() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter(
        (name) => !packages[`${path}/node_modules/${name}`] && !packages[`node_modules/${name}`],
      )
      .map((name) => `package-lock.json does not name ${name}, which ${path} may need`),
  );
}
