/** Lets callers use one thing one after the other, in the order they asked. */
export type Turns = {
  /** Resolves when it is the caller's turn, with the function that ends it. */
  take: () => Promise<() => void>;
  /** A turn that is shared with the sharers right before, unless somebody took a turn in between. */
  share: () => Promise<() => void>;
};

export function createTurns(): Turns {
  let last: Promise<void> = Promise.resolve();
  /** The shared turn that is last in line. */
  let shared: { readonly begins: Promise<() => void>; sharers: number } | undefined;

  async function take(): Promise<() => void> {
    shared = undefined;
    const before = last;
    const { promise, resolve } = Promise.withResolvers<void>();
    last = promise;
    await before;
    return resolve;
  }

  return {
    take,
    async share() {
      const turn = shared ?? { begins: take(), sharers: 0 };
      shared = turn;
      turn.sharers += 1;
      const end = await turn.begins;
      return () => {
        turn.sharers -= 1;
        if (turn.sharers === 0) {
          shared = shared === turn ? undefined : shared;
          end();
        }
      };
    },
  };
}
