// Keeps the admin application translatable: no text outside the catalogues, no key missing, unused or
// without the plural forms of its language, dates and numbers by the language only, and styles that
// do not know left from right. Each rule is shown an offender first, so that none of them sleeps.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const root = join(import.meta.dirname, '../packages/admin/src');
const catalogues = {
  en: (await import('../packages/admin/src/texts/en.ts')).en,
  uk: (await import('../packages/admin/src/texts/uk.ts')).uk,
};

const SPOKEN = new Set([
  ...['aria-label', 'aria-description', 'aria-roledescription', 'aria-valuetext', 'title'],
  ...['placeholder', 'alt', 'label', 'description', 'closeButtonLabel', 'accessibleName'],
]);
const PHYSICAL_STYLE =
  /(?<![\w-])((?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right)|(?:left|right)\s*:|text-align\s*:\s*(?:left|right)|float\s*:\s*(?:left|right))/;
/** Top, right, bottom, left: fine only where right and left are the same. */
const FOUR_SIDES =
  /(?<![\w-])(?:padding|margin|inset|border-(?:width|style|color)|scroll-(?:margin|padding)):\s*\S+ (\S+) \S+ (?!\1\s*;)\S+;/;
/** Four corners: fine only where each side has its two alike. */
const FOUR_CORNERS = /(?<![\w-])border-radius:\s*(\S+) (\S+) (\S+) (\S+);/;
const PHYSICAL_PROP = /^(ml|mr|pl|pr|left|right)$/;
const BY_HAND = /\.toLocale(?:\w*)String\(|new Intl\.|\.toFixed\(/;
const HAS_WORDS = /\p{L}{2,}/u;

const problems = [
  ...selfTest(),
  ...missingPlurals(catalogues),
  ...checkSources(readSources(), Object.keys(flatten(catalogues.en))),
];
const total = Object.keys(flatten(catalogues.en)).length;
console.log(
  problems.length === 0
    ? `${total} texts in ${Object.keys(catalogues).length} languages, each used, none outside`
    : problems.join('\n'),
);
process.exitCode = problems.length === 0 ? 0 : 1;

function readSources() {
  return globSync('**/*.{ts,tsx,css}', { cwd: root })
    .filter((path) => !/^(texts|test-support)\/|\.test\.tsx?$|\.d\.ts$/.test(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

function flatten(catalogue) {
  return Object.fromEntries(
    Object.entries(catalogue).flatMap(([section, texts]) =>
      Object.entries(texts).map(([key, text]) => [`${section}.${key}`, text]),
    ),
  );
}

/** Every counted text has all forms that its language tells apart, and no other. */
function missingPlurals(languages) {
  return Object.entries(languages).flatMap(([language, catalogue]) => {
    const keys = new Set(Object.keys(flatten(catalogue)));
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    return [...keys]
      .filter((key) => key.endsWith('_other'))
      .map((key) => key.replace(/_other$/, ''))
      .flatMap((base) =>
        forms
          .filter((form) => !keys.has(`${base}_${form}`))
          .map((form) => `texts/${language}: ${base} lacks the form ${form}`),
      );
  });
}

function checkSources(sources, keys) {
  const use = { literals: new Set(), patterns: [] };
  const found = sources.flatMap((source) =>
    source.path.endsWith('.css') ? checkStyle(source) : checkCode(source, { use, keys }),
  );
  return [...found, ...unusedKeys(keys, use)];
}

function checkStyle({ path, text }) {
  return text.split('\n').flatMap((line, index) => {
    const [, first, second, third, fourth] = FOUR_CORNERS.exec(line) ?? [];
    const corners = first === second && third === fourth ? undefined : line.trim();
    const offence = (PHYSICAL_STYLE.exec(line) ?? FOUR_SIDES.exec(line))?.[0].trim() ?? corners;
    return offence ? [`${path}:${index + 1}: ${offence} knows left from right`] : [];
  });
}

function checkCode({ path, text }, { use, keys }) {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found = [];
  const report = (node, words) => {
    const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
    found.push(`${path}:${line + 1}: ${words}`);
  };
  if (path !== 'shared/format.ts' && BY_HAND.test(text)) {
    found.push(`${path}: dates and numbers are written by shared/format.ts`);
  }
  const visit = (node) => {
    noteKeys(node, use);
    const words = hardCoded(node);
    if (words) {
      report(node, `text outside the catalogues: ${words}`);
    }
    if (ts.isJsxAttribute(node) && PHYSICAL_PROP.test(node.name.getText(file))) {
      report(node, `${node.name.getText(file)} knows left from right`);
    }
    const key = calledKey(node);
    if (key && !keys.some((known) => baseOf(known) === key || known === key)) {
      report(node, `no text ${key}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** Words between tags, or in an attribute that is read out or shown. */
function hardCoded(node) {
  if (ts.isJsxText(node)) {
    return HAS_WORDS.test(node.text) ? node.text.trim() : undefined;
  }
  if (ts.isJsxExpression(node) && !ts.isJsxAttribute(node.parent)) {
    return literalWords(node.expression);
  }
  if (ts.isJsxAttribute(node) && SPOKEN.has(node.name.getText())) {
    const { initializer } = node;
    return literalWords(
      initializer && ts.isJsxExpression(initializer) ? initializer.expression : initializer,
    );
  }
  return undefined;
}

/** The words of a literal, also of one that stands in a choice. */
function literalWords(node) {
  if (!node) {
    return undefined;
  }
  if (ts.isConditionalExpression(node)) {
    return literalWords(node.whenTrue) ?? literalWords(node.whenFalse);
  }
  if (ts.isTemplateExpression(node)) {
    const parts = [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)];
    return parts.find((part) => HAS_WORDS.test(part));
  }
  return ts.isStringLiteralLike(node) && HAS_WORDS.test(node.text) ? node.text : undefined;
}

/** A key given to `t` as it stands. */
function calledKey(node) {
  const isCall = ts.isCallExpression(node) && node.expression.getText() === 't';
  const first = isCall ? node.arguments[0] : undefined;
  return first && ts.isStringLiteralLike(first) ? first.text : undefined;
}

function noteKeys(node, use) {
  if (ts.isStringLiteralLike(node)) {
    use.literals.add(node.text);
  }
  if (ts.isTemplateExpression(node) && /^\w+\./.test(node.head.text)) {
    const parts = [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)];
    use.patterns.push(new RegExp(`^${parts.map((part) => RegExp.escape(part)).join('.+')}$`));
  }
}

function baseOf(key) {
  return key.replace(/_(zero|one|two|few|many|other)$/, '');
}

function unusedKeys(keys, { literals, patterns }) {
  return keys
    .filter((key) => ![key, baseOf(key)].some((name) => literals.has(name)))
    .filter((key) => !patterns.some((pattern) => pattern.test(baseOf(key)) || pattern.test(key)))
    .map((key) => `texts: ${key} is used nowhere`);
}

/** Shows each rule an offender; a rule that lets it pass is the problem. */
function selfTest() {
  const planted = [
    ['text between tags', '<p>Hello there</p>'],
    ['text in a choice', "<p>{ok ? 'Yes, all' : t('a.b')}</p>"],
    ['an attribute', '<img alt="A bakery" />'],
    ['an attribute with a template', '<button aria-label={`Remove $' + '{name}`} />'],
    ['a missing key', "t('a.none')"],
    ['a date by hand', 'new Date().toLocaleString()'],
    ['a physical property', '<Box ml="md" />'],
  ].map(([name, text]) => [name, { path: 'planted.tsx', text }]);
  for (const style of ['margin-left: 1px', 'padding: 0 0 0 2px', 'border-radius: 9px 9px 9px 0']) {
    planted.push([`the style ${style}`, { path: 'planted.css', text: `.a { ${style}; }` }]);
  }
  const asleep = planted
    .filter(([, source]) => checkSources([source], []).length === 0)
    .map(([name]) => `check-texts: ${name} was not found`);
  const fine = { path: 'fine.tsx', text: "<p title={t('a.b')}>{t(`a.$" + '{x}`)} – 1</p>' };
  const even = {
    path: 'fine.css',
    text: 'a { padding: 0 2px 0 2px; border-radius: 9px 9px 0 0; }',
  };
  const tooMuch = checkSources([fine, even], ['a.b']);
  const noUnused =
    checkSources([], ['a.b']).length === 1 ? [] : ['check-texts: unused was not found'];
  const noPlural =
    missingPlurals({ uk: { a: { b_one: '', b_few: '', b_other: '' } } }).length === 1
      ? []
      : ['check-texts: a missing plural was not found'];
  return [...asleep, ...tooMuch, ...noUnused, ...noPlural];
}
