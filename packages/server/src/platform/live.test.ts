import { expect, test } from 'vitest';
import { createLive } from './live.ts';

const create = (stream = 'one') => createLive<string>({ stream, resync: 'resync' });

function listenFrom(live: ReturnType<typeof create>, lastId: string | undefined) {
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
  const live = create();
  live.publish('a');
  const seen = live.latestId();
  live.publish('b');
  live.publish('c');
  const back = listenFrom(live, seen);
  live.publish('d');
  expect(back.heard).toEqual(['b', 'c', 'd']);
  expect(back.gaps()).toBe(0);
});

test('a listener that missed more than is kept is told so', () => {
  const live = create();
  const beginning = live.latestId();
  for (let n = 0; n < 1_500; n += 1) {
    live.publish(`${n}`);
  }
  expect(listenFrom(live, beginning).gaps()).toBe(1);
  expect(listenFrom(live, live.latestId()).gaps()).toBe(0);
});

test('a listener that comes from another replica is told that it missed something', () => {
  const [here, there] = [create('here'), create('there')];
  for (const live of [here, there]) {
    live.publish('a');
    live.publish('b');
  }
  const moved = listenFrom(here, there.latestId());
  expect(moved.gaps()).toBe(1);
  expect(moved.heard).toEqual([]);
  expect(listenFrom(here, 'nonsense').gaps()).toBe(1);
  expect(listenFrom(here, 'here.3').gaps()).toBe(1);
  expect(listenFrom(here, 'here.x').gaps()).toBe(1);
});

test('what another replica publishes is heard here, under a number of this one', () => {
  const relays: { heard: (text: string) => void; missed: () => void }[] = [];
  const sent: string[] = [];
  const relay = {
    send: (_topic: string, text: string) => void sent.push(text),
    listen: (_topic: string, listener: (typeof relays)[number]) => void relays.push(listener),
  };
  const live = createLive<string>({ stream: 'here', resync: 'resync', relay });
  const { heard } = listenFrom(live, undefined);
  live.publish('own');
  relays[0]?.heard(JSON.stringify('theirs'));
  relays[0]?.missed();
  expect(heard).toEqual(['own', 'theirs', 'resync']);
  expect(sent).toEqual([JSON.stringify('own')]);
  expect(live.latestId()).toBe('here.3');
});

test('who has stopped listening hears nothing more', () => {
  const live = create();
  const listener = listenFrom(live, undefined);
  listener.stop();
  live.publish('late');
  expect(listener.heard).toEqual([]);
});
