// Keeps the documents true: paths and links lead somewhere, the map is complete and short, and the
// generated references are current.
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { staleReferences } from './generate-references.mjs';

const root = join(import.meta.dirname, '..');
const TWO_SCREENS = 120;

const inRoot = (pattern) => globSync(pattern, { cwd: root });
const text = (path) => readFileSync(join(root, path), 'utf8');
const documents = [...inRoot('*.md'), ...inRoot('{docs,changes}/**/*.md')];
/** What a path in a document may begin with; other words with a slash are something else. */
const topLevel = new Set([
  ...['packages', 'tests', 'tools', 'script', 'bench', 'docs', 'changes', '.ci'],
  ...readdirSync(root).filter((name) => /\.(md|json|mjs)$/.test(name)),
]);

const problems = [
  ...documents.flatMap(brokenPaths),
  ...documents.flatMap(brokenLinks),
  ...missingFromMap(),
  ...(await staleReferences()).map(
    (name) => `docs/reference/${name} is stale: run node tools/generate-references.mjs`,
  ),
];
console.log(
  problems.length === 0 ? `${documents.length} documents agree with the tree` : problems.join('\n'),
);
process.exitCode = problems.length === 0 ? 0 : 1;

/** Paths in backticks, outside fenced blocks. Braces and stars are read as patterns. */
function brokenPaths(document) {
  const prose = text(document).replace(/^```[\s\S]*?^```/gm, '');
  return [...prose.matchAll(/`([^`\n]+)`/g)]
    .map(([, code]) => code.replace(/^\.\//, ''))
    .filter((code) => topLevel.has(code.split('/')[0]) && !/[\s…<>]/.test(code))
    .filter((path) => inRoot(path.replace(/\/$/, '')).length === 0)
    .map((path) => `${document}: \`${path}\` does not exist`);
}

function brokenLinks(document) {
  return [...text(document).matchAll(/\]\(([^)\s#]+)(#[^)]*)?\)/g)]
    .map(([, target]) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => !existsSync(join(root, dirname(document), target)))
    .map((target) => `${document}: the link to ${target} leads nowhere`);
}

function missingFromMap() {
  const map = text('ARCHITECTURE.md');
  const lines = map.trimEnd().split('\n').length;
  const packages = inRoot('packages/*').filter((name) =>
    existsSync(join(root, name, 'package.json')),
  );
  const modules = inRoot('packages/server/src/modules/*').map((path) => path.split('/').at(-1));
  return [
    ...packages.filter((name) => !map.includes(`\`${name}/\``)),
    ...modules.filter((name) => !map.includes(`\`${name}\``)),
  ]
    .map((name) => `ARCHITECTURE.md does not name ${name}`)
    .concat(
      lines > TWO_SCREENS
        ? [`ARCHITECTURE.md has ${lines} lines; ${TWO_SCREENS} is two screens`]
        : [],
    );
}
