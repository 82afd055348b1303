import type { MetaError } from '../graph/index.ts';

/** What became of a Page at Meta. */
export type AtMeta = {
  readonly state: 'published' | 'unpublished' | 'gone' | 'merged';
  /** The id of the Page that it was merged into, where Meta names it. */
  readonly mergedInto: string | null;
};

const MERGED = 21;
const UNKNOWN_ALIAS = 803;
const INVALID = 100;
const NO_SUCH_OBJECT = 33;

/**
 * Whether an error says that the Page itself is not there any more, apart from anyone's access.
 *
 * https://developers.facebook.com/docs/graph-api/guides/error-handling
 */
export function whatLeft(error: MetaError): AtMeta | undefined {
  const { code, subcode } = error;
  if (code === MERGED) {
    // Meta gives the new id in its words only; without it the state is the same.
    const [, mergedInto = null] = /migrated to page ID (\d+)/.exec(error.problem().message) ?? [];
    return { state: 'merged', mergedInto };
  }
  const isGone = code === UNKNOWN_ALIAS || (code === INVALID && subcode === NO_SUCH_OBJECT);
  return isGone ? { state: 'gone', mergedInto: null } : undefined;
}
