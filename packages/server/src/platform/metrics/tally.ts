/** Counts things by a word, as plain numbers: an addition costs what a look into a map costs. */
export type Tally = {
  add: (word: string, count?: number) => void;
  read: () => Reading[];
};

/** One number with the values of its labels, in the order the measure names them. */
export type Reading = { readonly labels: readonly string[]; readonly value: number };

/** Words come from closed lists; if ever they do not, the rest is counted together. */
const MAX_WORDS = 100;
export const OTHER = 'other';

/** `words` are shown from the beginning, as 0: a rate over something that never was is no rate. */
export function createTally(words: readonly string[] = []): Tally {
  const counts = new Map<string, number>(words.map((word) => [word, 0]));
  return {
    add(word, count = 1) {
      const known = counts.get(word);
      if (known === undefined && counts.size >= MAX_WORDS) {
        counts.set(OTHER, (counts.get(OTHER) ?? 0) + count);
      } else {
        counts.set(word, (known ?? 0) + count);
      }
    },
    read: () => [...counts].map(([word, value]) => ({ labels: [word], value })),
  };
}

/** How often a number fell between which bounds; nothing is kept of the numbers themselves. */
export type Distribution = {
  record: (value: number) => void;
  read: () => {
    /** Counts of values up to each bound, growing; the last one counts all. */
    readonly buckets: readonly { readonly upTo: number; readonly count: number }[];
    readonly sum: number;
    readonly count: number;
  };
};

export function createDistribution(bounds: readonly number[]): Distribution {
  const counts = new Float64Array(bounds.length + 1);
  let sum = 0;
  return {
    record(value) {
      let at = 0;
      while (at < bounds.length && value > (bounds[at] ?? 0)) {
        at += 1;
      }
      counts[at] = (counts[at] ?? 0) + 1;
      sum += value;
    },
    read() {
      let count = 0;
      const buckets = [...bounds, Number.POSITIVE_INFINITY].map((upTo, at) => {
        count += counts[at] ?? 0;
        return { upTo, count };
      });
      return { buckets, sum, count };
    },
  };
}
