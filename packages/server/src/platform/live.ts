/**
 * Live hints for open browsers: "this changed, read it again". Every hint has a number; a listener
 * that comes back with the last number it saw gets what it missed, or is told that it missed too
 * much. Knows no domain: what a hint means is the caller's business.
 *
 * Numbers belong to one process. Whoever comes from another replica, or from before a restart, has
 * missed something as far as this one knows, and is told so.
 */
export type Live<Hint> = {
  /** Tells those who listen here, and those who listen at other replicas. */
  publish: (hint: Hint) => void;
  /** Calls `listener` for hints after `lastId`; returns how to stop. */
  listen: (options: {
    lastId: string | undefined;
    listener: (id: string, hint: Hint) => void;
    onGap: () => void;
  }) => () => void;
  latestId: () => string;
};

/** How many hints are kept for a listener that reconnects: minutes of a busy hour, a few 100 kB. */
const KEPT = 1_000;
const TOPIC = 'live';

/** How hints reach other processes; they may be lost, and then `missed` is called. */
type Relay = {
  readonly send: (topic: string, text: string) => void;
  readonly listen: (
    topic: string,
    listener: { heard: (text: string) => void; missed: () => void },
  ) => void;
};

export function createLive<Hint>(options: {
  /** Different for every process and every start; without a dot. */
  stream: string;
  /** What tells listeners to read everything again. */
  resync: Hint;
  relay?: Relay;
}): Live<Hint> {
  const { stream, resync, relay } = options;
  const kept: { number: number; hint: Hint }[] = [];
  const listeners = new Set<(id: string, hint: Hint) => void>();
  let latest = 0;
  const idOf = (number: number) => `${stream}.${number}`;

  function tell(hint: Hint): void {
    latest += 1;
    kept.push({ number: latest, hint });
    if (kept.length > KEPT) {
      kept.shift();
    }
    for (const listener of listeners) {
      listener(idOf(latest), hint);
    }
  }

  /** What was told after `lastId`; undefined when that cannot be said. */
  function since(lastId: string): readonly { number: number; hint: Hint }[] | undefined {
    const [from, text] = lastId.split('.');
    const number = Number(text);
    const oldest = kept[0]?.number ?? latest + 1;
    return from === stream && number >= oldest - 1 && number <= latest
      ? kept.filter((entry) => entry.number > number)
      : undefined;
  }

  relay?.listen(TOPIC, {
    heard: (text) => tell(JSON.parse(text)),
    missed: () => tell(resync),
  });
  return {
    publish(hint) {
      tell(hint);
      relay?.send(TOPIC, JSON.stringify(hint));
    },
    listen({ lastId, listener, onGap }) {
      const missed = lastId === undefined ? [] : since(lastId);
      if (missed === undefined) {
        onGap();
      }
      for (const { number, hint } of missed ?? []) {
        listener(idOf(number), hint);
      }
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    latestId: () => idOf(latest),
  };
}
