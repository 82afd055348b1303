import { readFileSync } from 'node:fs';
import type { App, Business, Customer, Page, Person } from './entities.ts';

/** What a world starts from. `parseSeed` fills in what a seed file may leave out. */
export interface Seed {
  readonly apps: readonly App[];
  readonly people: readonly Person[];
  readonly pages: readonly Page[];
  readonly businesses: readonly Business[];
  readonly customers: readonly Customer[];
}

/** Entry of "Valid OAuth Redirect URIs" that stands for any loopback address. Meta has no such thing. */
export const ANY_LOOPBACK = '(any loopback address)';

export function demoSeed(): Seed {
  return parseSeed(JSON.parse(readFileSync(new URL('./seed.json', import.meta.url), 'utf8')));
}

type Kind = 'text' | 'flag' | 'texts' | 'record' | 'rows';
type Rule = Kind | readonly [Kind, unknown];
type Shape = Readonly<Record<string, Rule>>;

const APP: Shape = {
  id: 'text',
  name: 'text',
  secret: 'text',
  category: ['text', 'Business and Pages'],
  mode: ['text', 'live'],
  defaultVersion: ['text', 'v26.0'],
  redirectUris: ['texts', [ANY_LOOPBACK]],
  domains: ['texts', []],
  deauthorizeUrl: ['text', ''],
  dataDeletionUrl: ['text', ''],
  requireProof: ['flag', false],
  allowSettingsByApi: ['flag', true],
  roles: ['texts', []],
  scopes: 'texts',
  configurations: ['rows', []],
  subscriptions: ['rows', []],
};
const PERSON: Shape = {
  id: 'text',
  name: 'text',
  email: 'text',
  password: 'text',
  hasTwoFactor: ['flag', true],
};
const PAGE: Shape = {
  id: 'text',
  name: 'text',
  username: ['text', ''],
  category: ['text', 'Local business'],
  about: ['text', ''],
  isPublished: ['flag', true],
  requiresTwoFactor: ['flag', false],
  businessId: ['text', null],
  roles: 'record',
};
const BUSINESS: Shape = { id: 'text', name: 'text', people: ['texts', []] };
const CUSTOMER: Shape = {
  id: 'text',
  firstName: 'text',
  lastName: ['text', ''],
  locale: ['text', 'en_GB'],
  isShared: ['flag', true],
};
const ROLE: Shape = { tasks: 'texts', viaBusiness: ['flag', false] };

const isText = (value: unknown) => typeof value === 'string';
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const CHECKS: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  text: isText,
  flag: (value) => typeof value === 'boolean',
  texts: (value) => Array.isArray(value) && value.every(isText),
  record: isRecord,
  rows: (value) => Array.isArray(value) && value.every(isRecord),
};

function parseRow(value: unknown, shape: Shape, where: string): Record<string, unknown> {
  if (!isRecord(value)) {
    throw new TypeError(`Seed: ${where} must be an object.`);
  }
  const unknownKey = Object.keys(value).find((key) => shape[key] === undefined);
  if (unknownKey !== undefined) {
    throw new TypeError(`Seed: ${where} has an unknown key ${unknownKey}.`);
  }
  return Object.fromEntries(
    Object.entries(shape).map(([key, rule]) => {
      const [kind, fallback] = typeof rule === 'string' ? [rule, undefined] : rule;
      const given = value[key];
      if (given === undefined || (given === null && fallback === null)) {
        if (fallback === undefined) {
          throw new TypeError(`Seed: ${where} lacks ${key}.`);
        }
        return [key, structuredClone(fallback)];
      }
      if (!CHECKS[kind](given)) {
        throw new TypeError(`Seed: ${key} of ${where} is not of kind ${kind}.`);
      }
      return [key, given];
    }),
  );
}

/** Throws with the place of the first mistake. */
export function parseSeed(value: unknown): Seed {
  const top = parseRow(
    value,
    {
      apps: 'rows',
      people: 'rows',
      pages: 'rows',
      businesses: ['rows', []],
      customers: ['rows', []],
    },
    'the file',
  );
  const rows = (key: string, shape: Shape) =>
    (top[key] as unknown[]).map((row, index) => parseRow(row, shape, `${key}[${index}]`));
  const pages = rows('pages', PAGE).map((page) => ({
    ...page,
    roles: Object.fromEntries(
      Object.entries(page['roles'] as Record<string, unknown>).map(([person, role]) => [
        person,
        parseRow(role, ROLE, `roles of page ${String(page['id'])}`),
      ]),
    ),
  }));
  return {
    apps: rows('apps', APP) as unknown as App[],
    people: rows('people', PERSON).map((row) => ({
      ...row,
      credentials: 1,
    })) as unknown as Person[],
    pages: pages as unknown as Page[],
    businesses: rows('businesses', BUSINESS) as unknown as Business[],
    customers: rows('customers', CUSTOMER) as unknown as Customer[],
  };
}

const EVERY_TASK = ['ADVERTISE', 'ANALYZE', 'CREATE_CONTENT', 'MESSAGING', 'MODERATE', 'MANAGE'];

export interface LargeSeedOptions {
  /** Indexes of Pages that ask for two-factor authentication this person lacks: unreadable. */
  readonly unreadable?: readonly number[];
  /** Indexes of Pages held only through a business portfolio. */
  readonly viaBusiness?: readonly number[];
}

/** The demo app and one more person, `largePerson()`, who administers `count` Pages. */
export function largeSeed(count: number, options: LargeSeedOptions = {}): Seed {
  const demo = demoSeed();
  const unreadable = new Set(options.unreadable);
  const viaBusiness = new Set(options.viaBusiness);
  const person = largePerson();
  const pages = Array.from({ length: count }, (_, index): Page => {
    const number = String(index + 1).padStart(5, '0');
    return {
      id: `10900000000${number}`,
      name: `Branch ${number}`,
      username: `branch.${number}`,
      category: 'Local business',
      about: '',
      isPublished: true,
      requiresTwoFactor: unreadable.has(index),
      businessId: viaBusiness.has(index) ? '3300000000000902' : null,
      roles: { [person.id]: { tasks: [...EVERY_TASK], viaBusiness: viaBusiness.has(index) } },
    };
  });
  const business = { id: '3300000000000902', name: 'Branches', people: [person.id] };
  return {
    ...demo,
    people: [...demo.people, person],
    pages: [...demo.pages, ...pages],
    businesses: [...demo.businesses, business],
  };
}

export function largePerson(): Person {
  return {
    id: '1220000000000599',
    name: 'Petra Many',
    email: 'petra@example.test',
    password: 'petra-demo',
    hasTwoFactor: false,
    credentials: 1,
  };
}
