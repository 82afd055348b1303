/** Time as a dependency: whole milliseconds since 1970-01-01T00:00:00Z. */
export type Clock = { readonly now: () => number };

export const systemClock: Clock = { now: () => Date.now() };
