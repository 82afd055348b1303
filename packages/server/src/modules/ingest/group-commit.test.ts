import { expect, test } from 'vitest';
import { createGroupCommit } from './group-commit.ts';

const settle = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

/** Every commit waits until the test ends it. */
function heldBack({ enough, maxSize = 1_000 }: { enough: number; maxSize?: number }) {
  const commits: { readonly work: readonly string[]; readonly end: () => void }[] = [];
  const group = createGroupCommit<string>({
    commit: (work) => new Promise((resolve) => commits.push({ work, end: resolve })),
    sizeOf: (work) => work.length,
    maxSize,
    enough,
    stalledAfterMs: 60_000,
    elapsed: () => 0,
  });
  const add = (...names: string[]) => Promise.all(names.map((name) => group.add(name)));
  return { group, commits, add, batches: () => commits.map(({ work }) => work.join(' ')) };
}

test('what comes in one turn of the event loop shares a commit, and what comes meanwhile the next', async () => {
  const { commits, add, batches } = heldBack({ enough: 4 });
  const first = add('a', 'b');
  await settle();
  const second = add('c', 'd', 'e');
  await settle();
  expect(batches()).toEqual(['a b']);
  commits[0]?.end();
  await first;
  await settle();
  expect(batches()).toEqual(['a b', 'c d e']);
  commits[1]?.end();
  await second;
});

test('with enough to do a second commit lies ready, and never a third', async () => {
  const { commits, add, batches } = heldBack({ enough: 2 });
  const all = add('a', 'b', 'c', 'd', 'e', 'f');
  await settle();
  expect(batches()).toEqual(['a b', 'c d']);
  commits[0]?.end();
  await settle();
  expect(batches()).toEqual(['a b', 'c d', 'e f']);
  commits[1]?.end();
  commits[2]?.end();
  await all;
});

test('all is settled when nothing waits and nothing is under way', async () => {
  const { group, commits, add } = heldBack({ enough: 2 });
  let isSettled = false;
  const all = add('a', 'b', 'c');
  const settled = group.settled().then(() => {
    isSettled = true;
  });
  await settle();
  commits[0]?.end();
  await settle();
  expect(isSettled).toBe(false);
  commits[1]?.end();
  await Promise.all([all, settled]);
});
