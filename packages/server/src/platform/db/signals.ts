/**
 * Hints between the processes that share a database: "something is due", "this changed". A hint may
 * be lost; who needs the truth polls. When hints may have been lost, listeners are told that.
 */
export type Signals = {
  /** Tells every other process, a few milliseconds from now. Cheap; may be called often. */
  send: (topic: string, text?: string) => void;
  /** Calls `heard` for what other processes send, never for what this one does. */
  listen: (topic: string, listener: SignalListener) => void;
  /** Resolves when what was sent before has left, or is lost. */
  settled: () => Promise<void>;
};

export type SignalListener = {
  readonly heard: (text: string) => void;
  /** Something may have been missed. */
  readonly missed: () => void;
};

/** For an engine that has one process only. */
export const noSignals: Signals = {
  send() {},
  listen() {},
  settled: async () => {},
};
