import { CORE_FIELDS, OPTIONAL_FIELDS } from '../../gateways/index.ts';

/**
 * What a Page's list of fields means, and what is to be asked of Meta.
 *
 * https://developers.facebook.com/docs/graph-api/reference/page/subscribed_apps
 */

const OURS: ReadonlySet<string> = new Set([...CORE_FIELDS, ...OPTIONAL_FIELDS]);

export type Actual = 'on' | 'off' | 'partial';

/** What Meta holds for a Page, seen from this gateway. */
export type Subscription = {
  readonly actual: Actual;
  /** Ours. */
  readonly fields: readonly string[];
  /** Of the same app, but not ours: never removed. */
  readonly otherFields: readonly string[];
};

export const NOT_SUBSCRIBED: Subscription = { actual: 'off', fields: [], otherFields: [] };

export function describeFields(held: readonly string[]): Subscription {
  const fields = held.filter((field) => OURS.has(field));
  const otherFields = held.filter((field) => !OURS.has(field));
  if (CORE_FIELDS.every((field) => held.includes(field))) {
    return { actual: 'on', fields, otherFields };
  }
  return { actual: fields.length === 0 ? 'off' : 'partial', fields, otherFields };
}

export type Step =
  | { readonly kind: 'none' }
  | { readonly kind: 'post'; readonly fields: readonly string[] }
  | { readonly kind: 'delete' };

/** What to tell Meta so that it holds what is wanted. Only adds and removes fields of ours. */
export function planStep(
  held: Subscription,
  { wanted, refused }: { wanted: boolean; refused: ReadonlySet<string> },
): Step {
  if (!wanted) {
    if (held.fields.length === 0) {
      return { kind: 'none' };
    }
    return held.otherFields.length === 0
      ? { kind: 'delete' }
      : { kind: 'post', fields: held.otherFields };
  }
  const asked = [
    ...CORE_FIELDS,
    ...OPTIONAL_FIELDS.filter((field) => !refused.has(field) || held.fields.includes(field)),
  ];
  return asked.every((field) => held.fields.includes(field))
    ? { kind: 'none' }
    : { kind: 'post', fields: [...new Set([...held.otherFields, ...asked])] };
}

/** A Page that Meta already sends messages for is taken over as it is. */
export const isReceiving = (held: Subscription) => held.fields.includes('messages');

export const isReached = (actual: string, wanted: boolean) => actual === (wanted ? 'on' : 'off');
