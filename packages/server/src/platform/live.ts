/**
 * Live hints for open browsers: "this changed, read it again". Every hint has a number; a listener
 * that comes back with the last number it saw gets what it missed, or is told that it missed too
 * much. Knows no domain: what a hint means is the caller's business.
 */
export type Live<Hint> = {
  publish: (hint: Hint) => void;
  /** Calls `listener` for hints after `lastId`; returns how to stop. */
  listen: (options: {
    lastId: number | undefined;
    listener: (id: number, hint: Hint) => void;
    onGap: () => void;
  }) => () => void;
  latestId: () => number;
};

/** How many hints are kept for a listener that reconnects: minutes of a busy hour, a few 100 kB. */
const KEPT = 1_000;

export function createLive<Hint>(firstId: number): Live<Hint> {
  const kept: { id: number; hint: Hint }[] = [];
  const listeners = new Set<(id: number, hint: Hint) => void>();
  let id = firstId;
  return {
    publish(hint) {
      id += 1;
      kept.push({ id, hint });
      if (kept.length > KEPT) {
        kept.shift();
      }
      for (const listener of listeners) {
        listener(id, hint);
      }
    },
    listen({ lastId, listener, onGap }) {
      if (lastId !== undefined && lastId !== id) {
        const oldest = kept[0]?.id ?? id + 1;
        if (lastId < oldest - 1 || lastId > id) {
          onGap();
        } else {
          for (const entry of kept.filter((candidate) => candidate.id > lastId)) {
            listener(entry.id, entry.hint);
          }
        }
      }
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    latestId: () => id,
  };
}
