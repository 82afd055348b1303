import { expect, test } from 'vitest';
import { createTurns } from './turns.ts';

/** Lets everything go on that waits for nothing but what has already happened. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

function watch(turns: ReturnType<typeof createTurns>) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const enter = (name: string, kind: 'take' | 'share') =>
    void turns[kind]().then((end) => {
      begun.push(name);
      ends.set(name, end);
    });
  const end = async (name: string) => {
    ends.get(name)?.();
    await settle();
  };
  return { begun, enter, end };
}

test('a turn begins when the one before has ended, in the order of asking', async () => {
  const { begun, enter, end } = watch(createTurns());
  enter('first', 'take');
  enter('second', 'take');
  await settle();
  expect(begun).toEqual(['first']);
  await end('first');
  expect(begun).toEqual(['first', 'second']);
});

test('sharers go together, and who asks for a turn is let in before later ones', async () => {
  const { begun, enter, end } = watch(createTurns());
  enter('shared', 'share');
  enter('with it', 'share');
  await settle();
  expect(begun).toEqual(['shared', 'with it']);
  enter('alone', 'take');
  enter('too late', 'share');
  await end('shared');
  expect(begun).toHaveLength(2);
  await end('with it');
  expect(begun).toEqual(['shared', 'with it', 'alone']);
  await end('alone');
  expect(begun).toEqual(['shared', 'with it', 'alone', 'too late']);
});

test('a shared turn that all have left is not joined any more', async () => {
  const { begun, enter, end } = watch(createTurns());
  enter('shared', 'share');
  await settle();
  await end('shared');
  enter('alone', 'take');
  enter('later', 'share');
  await settle();
  expect(begun).toEqual(['shared', 'alone']);
  await end('alone');
  expect(begun).toEqual(['shared', 'alone', 'later']);
});
