import { type Core, randomText, seconds } from '../core.ts';
import type { Delivery, DeliveryEvent } from '../entities.ts';
import { numberOf } from '../fault-table.ts';
import type { Faults } from '../faults.ts';
import { toWire } from '../signing.ts';
import { chatKey, findPageSubscription, nextNumber, tallyOf } from '../store.ts';

/** One thing that happened on a Page, for every app that asked for its field. */
export interface PageEvent {
  readonly pageId: string;
  readonly psid: string;
  readonly field: string;
  readonly element: object;
  readonly mid?: string;
  readonly list?: DeliveryEvent['list'];
  /** Not the customer's doing: left out of the tally. */
  readonly isQuiet?: boolean;
  /** 2 sends it twice. */
  readonly copies?: number;
}

/**
 * Puts events into the queue of the apps that receive them. Both levels must agree: the app's own
 * subscription of `page` and the Page's subscribed fields. In development mode nothing is sent,
 * since no customer has a role in the app.
 *
 * https://developers.facebook.com/docs/messenger-platform/webhooks
 */
export function createQueue({ core, faults }: { core: Core; faults: Faults }) {
  const receivers = ({ pageId, field }: PageEvent): string[] => {
    const { state } = core.store;
    return Object.values(state.apps)
      .filter(({ id, mode, subscriptions }) => {
        const page = subscriptions.find(({ object }) => object === 'page');
        const fields = findPageSubscription(state, { pageId, appId: id });
        return mode === 'live' && page?.fields.includes(field) && fields?.includes(field);
      })
      .map(({ id }) => id);
  };

  const enqueue = (appId: string, event: DeliveryEvent) => {
    const { state } = core.store;
    const room = numberOf(faults.look('webhook_batch'), 'size') ?? 1;
    const isOpen = (delivery: Delivery) =>
      delivery.appId === appId && delivery.body === null && delivery.events.length < room;
    const open = room > 1 ? state.queue.findLast(isOpen) : undefined;
    if (open) {
      open.events.push(event);
      return;
    }
    state.queue.push({
      id: `d_${randomText(core, 16)}`,
      appId,
      position: nextNumber(state),
      events: [event],
      body: null,
      attempts: 0,
      nextAt: core.clock.now() + (numberOf(faults.look('webhook_slow'), 'ms') ?? 0),
      lastError: null,
    });
  };

  const put = (event: PageEvent) => {
    const { pageId, psid, element, mid = null, list = 'messaging', isQuiet = false } = event;
    const chat = isQuiet ? null : chatKey(pageId, psid);
    const apps = receivers(event);
    const copies = Math.max(event.copies ?? 1, faults.look('webhook_duplicate') ? 2 : 1);
    for (const appId of apps) {
      for (let copy = 0; copy < copies; copy += 1) {
        enqueue(appId, { pageId, list, element, chat, mid, isCopy: copy > 0 });
      }
    }
    if (chat !== null) {
      const tally = tallyOf(core.store.state, chat);
      tally.sent += apps.length;
      tally.copiesSent += apps.length * (copies - 1);
      tally.unheard += apps.length === 0 ? 1 : 0;
    }
  };

  return {
    put(event: PageEvent): void {
      put(event);
      if (faults.look('webhook_unknown_kind')) {
        const { message: _message, ...rest } = { message: undefined, ...event.element };
        put({ ...event, element: { ...rest, messaging_something_new: { shape: 'unknown' } } });
      }
      core.store.changed();
    },
    /** Mixes the first tries of what was put since the queue had this length. */
    shuffleFrom(length: number): void {
      const { queue } = core.store.state;
      const tail = queue.splice(length);
      const positions = tail.map(({ position }) => position);
      const mixed = tail
        .map((delivery) => ({ delivery, key: randomText(core, 8) }))
        .sort((a, b) => (a.key < b.key ? -1 : 1));
      for (const [index, { delivery }] of mixed.entries()) {
        queue.push({ ...delivery, position: positions[index] ?? delivery.position });
      }
      core.store.changed();
    },
  };
}

export type Queue = ReturnType<typeof createQueue>;

/** The body of a POST: one entry per Page and list. `changes` carry seconds, the others ms. */
export function bodyOf(delivery: Delivery, now: number): string {
  const entries = new Map<string, Record<string, unknown> & { elements: object[] }>();
  for (const { pageId, list, element } of delivery.events) {
    const key = `${pageId}:${list}`;
    const elements = entries.get(key)?.elements ?? [];
    elements.push(element);
    const time = list === 'changes' ? seconds(now) : now;
    entries.set(key, { id: pageId, time, [list]: elements, elements });
  }
  const entry = [...entries.values()].map(({ elements: _, ...rest }) => rest);
  return toWire({ object: 'page', entry });
}
