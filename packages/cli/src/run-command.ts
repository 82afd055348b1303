/**
 * The command line of Chatgate: finds the command, reads its arguments, prints mistakes as
 * sentences. Every command is one file in `commands/`.
 */
import { parseArgs } from 'node:util';
import type { Command } from './command.ts';
import { backup } from './commands/backup.ts';
import { createApiKey } from './commands/create-api-key.ts';
import { createUser } from './commands/create-user.ts';
import { demo } from './commands/demo.ts';
import { doctor } from './commands/doctor.ts';
import { migrate } from './commands/migrate.ts';
import { removeSecondFactor } from './commands/remove-second-factor.ts';
import { reseal } from './commands/reseal.ts';
import { serve } from './commands/serve.ts';
import { Sentence } from './sentence.ts';

const commands: readonly Command[] = [
  serve,
  demo,
  migrate,
  createUser,
  removeSecondFactor,
  createApiKey,
  doctor,
  backup,
  reseal,
];

type Surroundings = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly print: (line: string) => void;
  readonly complain: (line: string) => void;
};

/** Gives the exit code. */
export async function runCommand(
  args: readonly string[],
  surroundings: Surroundings = {
    env: process.env,
    print: (line) => console.log(line),
    complain: (line) => console.error(line),
  },
): Promise<number> {
  const { env, print, complain } = surroundings;
  try {
    const command = findCommand(args);
    if (!command) {
      return withoutCommand(args, surroundings);
    }
    const rest = args.slice(command.name.split(' ').length);
    if (rest.includes('--help') || rest.includes('-h')) {
      print(`chatgate ${command.name} ${command.usage}\n\n${command.summary}`);
      return 0;
    }
    const { values, positionals } = readArguments(command, rest);
    return await command.run({ options: values, positionals, env, print });
  } catch (error) {
    complain(asSentence(error));
    return 1;
  }
}

function findCommand(args: readonly string[]): Command | undefined {
  return commands.find(({ name }) => name.split(' ').every((word, index) => word === args[index]));
}

function withoutCommand(
  args: readonly string[],
  { print, complain }: Pick<Surroundings, 'print' | 'complain'>,
): number {
  const wantsHelp = args.length === 0 || ['--help', '-h', 'help'].includes(args[0] ?? '');
  if (wantsHelp) {
    print(help());
    return 0;
  }
  complain(`There is no command "${args.join(' ')}". \`chatgate --help\` lists them.`);
  return 1;
}

function help(): string {
  const lines = commands.map(
    ({ name, usage, summary }) => `  ${`${name} ${usage}`.trimEnd()}\n      ${summary}`,
  );
  return `chatgate: a self-hosted Messenger gateway.\n\n${lines.join('\n')}\n\nSettings come from the environment; docs/reference/configuration.md lists them.`;
}

function readArguments(command: Command, args: readonly string[]) {
  const wanted = command.positionals ?? [];
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: command.options ?? {},
      allowPositionals: true,
    });
    if (positionals.length !== wanted.length) {
      throw new Sentence('The number of arguments is wrong.');
    }
    // No option of ours may be given twice, so no value is a list.
    return { values: values as Record<string, string | boolean | undefined>, positionals };
  } catch (error) {
    throw new Sentence(
      `${(error as Error).message}\nUsage: chatgate ${command.name} ${command.usage}`,
      { cause: error },
    );
  }
}

/** A sentence for the failures a person can mend; the whole story for those that are defects. */
function asSentence(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const isExplained =
    error instanceof Sentence ||
    (error as NodeJS.ErrnoException).code === 'data_dir_unusable' ||
    error.message.startsWith('Configuration is wrong');
  if (isExplained) {
    return error.message;
  }
  return error.stack ?? error.message;
}
