/** A statement that was asked so often is prepared. */
const OFTEN = 16;
/** Every connection keeps what it prepared: some 20 kB a statement. */
const MOST = 128;
/** Texts with lists in them are as many as lengths of lists; those not prepared are counted anew. */
const MOST_COUNTED = 1_000;

export type Prepared = {
  /** The name under which a statement is prepared; undefined while it is asked seldom. */
  readonly nameOf: (text: string) => string | undefined;
  /** Has it prepared anew: its table has other columns by now. */
  readonly forget: (text: string) => void;
};

/**
 * Which statements PostgreSQL prepares. At 200 messages a second reading a statement and planning it
 * cost the server twice what executing it does; a prepared one is planned only.
 */
export function createPrepared(): Prepared {
  const asked = new Map<string, number>();
  const names = new Map<string, string>();
  let given = 0;
  return {
    nameOf(text) {
      const name = names.get(text);
      if (name !== undefined || names.size === MOST) {
        return name;
      }
      const times = (asked.get(text) ?? 0) + 1;
      if (times < OFTEN) {
        if (asked.size === MOST_COUNTED) {
          asked.clear();
        }
        asked.set(text, times);
        return undefined;
      }
      asked.delete(text);
      given += 1;
      names.set(text, `often ${given}`);
      return names.get(text);
    },
    forget(text) {
      names.delete(text);
    },
  };
}
