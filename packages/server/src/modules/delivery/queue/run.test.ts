import { setImmediate as settled } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { DescribedEvent } from '../../conversations/index.ts';
import type { DestinationRow } from '../destinations/store.ts';
import type { Attempt } from '../send/send.ts';
import { type ClaimedRun, runDeliveries } from './run.ts';
import type { DeliveryRow } from './store.ts';

const delivery = (id: string): DeliveryRow =>
  ({ id, event_id: `of ${id}`, state: 'waiting', attempts: 0, replay: 0 }) as DeliveryRow;
const event: DescribedEvent = {
  ...{ id: 'ev_1', kind: 'change.feed', gatewayId: 'gw_1', pageId: '77', standby: false },
  ...{ conversationId: null, seq: null, contact: null, meaning: undefined, trace: null },
  ...{ sentAt: null, receivedAt: 0, raw: '{}' },
};

test('each request waits until one more may begin', async () => {
  const asked: (() => void)[] = [];
  const sent: string[] = [];
  const run = {
    destination: {} as DestinationRow,
    deliveries: [delivery('dl_1'), delivery('dl_2')],
    startUntil: 1,
  } as unknown as ClaimedRun;
  const running = runDeliveries(
    {
      sender: {
        async send(_destination, message) {
          sent.push(message.id);
          return { outcome: 'delivered' } as Attempt;
        },
        headersFor: async () => ({}),
      },
      starts: { next: () => new Promise((resolve) => asked.push(resolve)) },
      elapsed: () => 0,
      paces: { isCurrent: () => true },
      stopping: { noMore: new AbortController().signal, cutOff: new AbortController().signal },
    },
    run,
    new Map(['dl_1', 'dl_2'].map((id) => [`of ${id}`, event])),
  );
  for (const begun of [0, 1]) {
    await settled();
    expect(sent).toHaveLength(begun);
    asked.shift()?.();
  }
  expect(await running).toHaveLength(2);
});
