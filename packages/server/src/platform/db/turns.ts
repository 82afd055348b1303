/** Lets callers use one thing one after the other, in the order they asked. */
export type Turns = {
  /** Resolves when it is the caller's turn, with the function that ends it. */
  take: () => Promise<() => void>;
};

export function createTurns(): Turns {
  let last: Promise<void> = Promise.resolve();
  return {
    async take() {
      const before = last;
      let end: () => void = () => {};
      last = new Promise((resolve) => {
        end = resolve;
      });
      await before;
      return end;
    },
  };
}
