import { expect, test } from 'vitest';
import { createLive } from './live.ts';

function listenFrom(live: ReturnType<typeof createLive<string>>, lastId: number | undefined) {
  const heard: string[] = [];
  let gaps = 0;
  const stop = live.listen({
    lastId,
    listener: (_id, hint) => heard.push(hint),
    onGap: () => {
      gaps += 1;
    },
  });
  return { heard, stop, gaps: () => gaps };
}

test('a listener that comes back hears what it missed, once and in order', () => {
  const live = createLive<string>(100);
  live.publish('a');
  const seen = live.latestId();
  live.publish('b');
  live.publish('c');
  const back = listenFrom(live, seen);
  live.publish('d');
  expect(back.heard).toEqual(['b', 'c', 'd']);
  expect(back.gaps()).toBe(0);
});

test('a listener that missed more than is kept is told so, and so is one of another process', () => {
  const live = createLive<string>(100);
  for (let n = 0; n < 1_500; n += 1) {
    live.publish(`${n}`);
  }
  expect(listenFrom(live, 101).gaps()).toBe(1);
  expect(listenFrom(live, 9_999_999).gaps()).toBe(1);
  expect(listenFrom(live, live.latestId()).gaps()).toBe(0);
});

test('who has stopped listening hears nothing more', () => {
  const live = createLive<string>(0);
  const listener = listenFrom(live, undefined);
  listener.stop();
  live.publish('late');
  expect(listener.heard).toEqual([]);
});
