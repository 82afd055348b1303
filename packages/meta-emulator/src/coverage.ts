import { DIALOG_PATHS, WINDOWS } from './dialog/routes.ts';
import { ERROR_TITLES } from './dialog/rules.ts';
import { FAULT_NAMES, FAULTS } from './fault-table.ts';
import type { Route } from './graph/call.ts';

/** Something the emulator claims to do. Some test must name it in its title. */
export interface Claim {
  readonly family: 'Graph API' | 'Login window' | 'Fault' | 'Control API and pages';
  readonly name: string;
  readonly about: string;
}

/** All claims, from the tables that the program itself runs on. */
export function listClaims({
  graph,
  others,
}: {
  graph: readonly Route[];
  /** `METHOD path` of what is registered beside the Graph API. */
  others: readonly string[];
}): Claim[] {
  const dialog = [
    ...DIALOG_PATHS.map((path) => ({ name: `GET ${path}`, about: 'Opens the login window.' })),
    ...Object.keys(WINDOWS).map((name) => ({ name: `window ${name}`, about: 'A window.' })),
    ...ERROR_TITLES.map((title) => ({
      name: `error page ${title}`,
      about: 'Shown instead of a redirect.',
    })),
  ];
  return [
    ...graph.map(({ method, path, about }) => ({
      family: 'Graph API' as const,
      name: `${method} ${path}`,
      about,
    })),
    { family: 'Graph API', name: 'GET /?ids=', about: 'Several nodes in one call.' },
    { family: 'Graph API', name: 'POST /', about: 'A batch of up to 50 calls.' },
    ...dialog.map((row) => ({ family: 'Login window' as const, ...row })),
    ...FAULT_NAMES.map((name) => ({
      family: 'Fault' as const,
      name: `fault ${name}`,
      about: FAULTS[name].about,
    })),
    ...others.map((name) => ({
      family: 'Control API and pages' as const,
      name,
      about: 'Of the emulator itself.',
    })),
  ];
}

/** A title names a claim when the claim stands in it as a whole. */
export function namesClaim(title: string, claim: string): boolean {
  const at = title.indexOf(claim);
  const after = title[at + claim.length] ?? ' ';
  return at >= 0 && (!/[\w/{-]/.test(after) || namesClaim(title.slice(at + 1), claim));
}

export function renderCoverage(claims: readonly Claim[], titles: readonly string[]): string {
  const families = [...new Set(claims.map(({ family }) => family))];
  const rows = (family: string) =>
    claims
      .filter((claim) => claim.family === family)
      .map(({ name, about }) => {
        const title = titles.find((one) => namesClaim(one, name)) ?? '**no test**';
        return `| \`${name}\` | ${about} | ${title} |`;
      });
  const tables = families.map((family) =>
    [`## ${family}`, '', '| claim | what | test |', '|---|---|---|', ...rows(family)].join('\n'),
  );
  return `# What the Meta emulator covers

Made from the tables the emulator runs on and from the titles of its tests; \`coverage.test.ts\` fails
when this file differs. To write it anew: \`vitest run packages/meta-emulator -u\`.

${tables.join('\n\n')}
`;
}
