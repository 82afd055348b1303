import type { ParseArgsOptionsConfig } from 'node:util';

export type CommandInput = {
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  /** As many as the command declares. */
  readonly positionals: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly print: (line: string) => void;
};

export type Command = {
  readonly name: string;
  /** What follows the name, as the help shows it. */
  readonly usage: string;
  readonly summary: string;
  readonly options?: ParseArgsOptionsConfig;
  readonly positionals?: readonly string[];
  /** Gives the exit code; a command that keeps the process alive gives 0 when it has started. */
  readonly run: (input: CommandInput) => Promise<number>;
};
