import { GraphFailure } from './failure.ts';

/**
 * Versions in the path. One that expired is forwarded in silence to the oldest usable; the header
 * `facebook-api-version` tells what really ran.
 *
 * https://developers.facebook.com/docs/graph-api/guides/versioning
 */
const OLDEST_USABLE = 21;
const NEWEST = 26;

const EARLY = ['1.0', ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((minor) => `2.${minor}`)];
const KNOWN = new Set([
  ...EARLY.map((number) => `v${number}`),
  ...['3.0', '3.1', '3.2', '3.3'].map((number) => `v${number}`),
  ...Array.from({ length: NEWEST - 3 }, (_, index) => `v${index + 4}.0`),
]);

export const isVersionLike = (segment: string) => /^v\d+\.\d+$/.test(segment);

export const isKnownVersion = (version: string | undefined) =>
  version === undefined || KNOWN.has(version);

/** The version that runs for the one asked for. */
export function versionUsed(asked: string | undefined, fallback: string): string {
  const version = asked ?? fallback;
  if (!KNOWN.has(version)) {
    throw new GraphFailure({ code: 2500, message: `Unknown path components: /${version}` });
  }
  return Number(version.slice(1)) < OLDEST_USABLE ? `v${OLDEST_USABLE}.0` : version;
}
