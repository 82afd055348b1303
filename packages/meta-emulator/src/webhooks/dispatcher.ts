import type { Core } from '../core.ts';
import type { Delivery, Health } from '../entities.ts';
import type { Faults } from '../faults.ts';
import { signatureHeaders } from '../signing.ts';
import { setPageSubscription, tallyOf } from '../store.ts';
import { bodyOf } from './queue.ts';

const IN_FLIGHT = 12;
/** The queue is in the order of first tries; only its front is looked at, which keeps bursts cheap. */
const LOOK_AHEAD = 2000;
const WAKE_MS = 1000;
const ALERT_MS = 900_000;
const UNSUBSCRIBE_MS = 3_600_000;

/** A few immediate tries, a minute of one per second, then ever longer. Meta's own spacing within
 * the first hour is not documented. */
function retryDelayMs(attempts: number): number {
  const early = [100, 300][attempts - 1];
  return early ?? (attempts < 60 ? 1000 : Math.min(2000 * 2 ** (attempts - 60), 60_000));
}

export interface DispatcherDeps {
  readonly core: Core;
  readonly faults: Faults;
  readonly ackTimeoutMs: number;
  /** 60 makes Meta's hour last a minute. */
  readonly timeScale: number;
  /** Called with the customer's messages an app acknowledged. */
  readonly acknowledged: (chat: string, mid: string) => void;
}

/**
 * Sends what waits in the queue until the app answers 200 within five seconds.
 *
 * A delivery is *waiting* (never tried), *in flight*, or *retrying*; acknowledged it leaves the
 * queue. First tries of one Page follow each other in order, one at a time; retries go whenever they
 * are due, which is why Meta promises no order. A Page failing for 15 minutes raises an alert; after
 * an hour the app is taken off the Page and what waits for it is dropped.
 *
 * https://developers.facebook.com/docs/messenger-platform/webhooks#event-delivery
 */
export function createDispatcher(deps: DispatcherDeps) {
  const { core, faults } = deps;
  const inFlight = new Map<string, Promise<void>>();
  let isRunning = false;
  let timer: NodeJS.Timeout | undefined;
  let stopper = new AbortController();

  /** What may start now, in the order in which it shall. */
  const eligible = (): Delivery[] => {
    const now = core.clock.now();
    const isUnordered = faults.look('webhook_reorder') !== undefined;
    const busyPages = new Set<string>();
    const isFree = (delivery: Delivery) => {
      if (delivery.attempts > 0 || isUnordered) {
        return true;
      }
      const pages = delivery.events.map(({ pageId }) => pageId);
      const isWaiting = pages.some((pageId) => busyPages.has(pageId));
      for (const pageId of pages) {
        busyPages.add(pageId);
      }
      return !isWaiting;
    };
    const { queue } = core.store.state;
    const front = queue.slice(0, LOOK_AHEAD);
    return (isUnordered ? front.sort((a, b) => hash(a.id) - hash(b.id)) : front)
      .filter((one) => isFree(one) && one.nextAt <= now && !inFlight.has(one.id))
      .slice(0, IN_FLIGHT - inFlight.size);
  };

  const pump = () => {
    for (const delivery of eligible()) {
      const done = attempt(deps, { delivery, stop: stopper.signal }).finally(() => {
        inFlight.delete(delivery.id);
        if (isRunning) {
          wake(0);
        }
      });
      inFlight.set(delivery.id, done);
    }
    // What is due but must wait its turn is woken by the end of what it waits for.
    const now = core.clock.now();
    const later = core.store.state.queue.map(({ nextAt }) => nextAt - now).filter((ms) => ms > 0);
    if (isRunning && later.length > 0) {
      wake(later.reduce((least, ms) => Math.min(least, ms), WAKE_MS));
    }
  };

  const wake = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(pump, ms);
    timer.unref();
  };

  return {
    start(): void {
      isRunning = true;
      stopper = new AbortController();
      wake(0);
    },
    async stop(): Promise<void> {
      isRunning = false;
      clearTimeout(timer);
      stopper.abort();
      await Promise.allSettled(inFlight.values());
    },
    /** To be called after something was queued. */
    nudge(): void {
      if (isRunning) {
        wake(0);
      }
    },
    /** Tries everything that is due now, and what becomes due meanwhile, then returns. */
    async drain(): Promise<void> {
      pump();
      while (inFlight.size > 0) {
        await Promise.all(inFlight.values());
        pump();
      }
    },
  };
}

export type Dispatcher = ReturnType<typeof createDispatcher>;

/** A fixed, meaningless order. */
function hash(text: string): number {
  return [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, 7);
}

async function attempt(
  deps: DispatcherDeps,
  { delivery, stop }: { delivery: Delivery; stop: AbortSignal },
): Promise<void> {
  const { core } = deps;
  const app = core.store.state.apps[delivery.appId];
  const subscription = app?.subscriptions.find(({ object }) => object === 'page');
  if (!app || !subscription) {
    settleFailure(deps, { delivery, error: 'No callback is registered.' });
    return;
  }
  delivery.body ??= bodyOf(delivery, core.clock.now());
  const error = await post(deps, {
    url: subscription.callbackUrl,
    body: delivery.body,
    stop,
    headers: {
      Accept: '*/*',
      'Accept-Encoding': 'deflate, gzip',
      'Content-Type': 'application/json',
      'Facebook-Api-Version': subscription.version,
      'User-Agent': 'facebookexternalua',
      ...signatureHeaders(app.secret, delivery.body),
    },
  });
  if (error === undefined) {
    settleSuccess(deps, delivery);
  } else if (!stop.aborted) {
    // Cut short by the emulator's own end it stays as it was, and goes out again after a restart.
    settleFailure(deps, { delivery, error });
  }
}

/** What went wrong, or undefined for a 200 in time. */
async function post(
  { core, ackTimeoutMs }: DispatcherDeps,
  request: { url: string; body: string; stop: AbortSignal; headers: Record<string, string> },
): Promise<string | undefined> {
  try {
    const { url, body, headers, stop } = request;
    const signal = AbortSignal.any([AbortSignal.timeout(ackTimeoutMs), stop]);
    const response = await core.fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal,
    });
    await response.body?.cancel();
    return response.status === 200 ? undefined : `HTTP ${response.status}`;
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    return cause instanceof Error ? cause.message || cause.name : String(cause);
  }
}

function settleSuccess(deps: DispatcherDeps, delivery: Delivery): void {
  const { state } = deps.core.store;
  leaveQueue(deps, delivery);
  for (const { chat, pageId, mid, isCopy } of delivery.events) {
    delete state.health[`${delivery.appId}:${pageId}`];
    if (chat !== null) {
      tallyOf(state, chat)[isCopy ? 'copiesAcknowledged' : 'acknowledged'] += 1;
      deps.acknowledged(chat, mid ?? '');
    }
  }
  deps.core.store.changed();
}

function leaveQueue({ core }: DispatcherDeps, delivery: Delivery): void {
  const { queue } = core.store.state;
  const at = queue.findIndex(({ id }) => id === delivery.id);
  if (at >= 0) {
    queue.splice(at, 1);
  }
}

function settleFailure(
  deps: DispatcherDeps,
  { delivery, error }: { delivery: Delivery; error: string },
): void {
  const now = deps.core.clock.now();
  delivery.attempts += 1;
  delivery.lastError = error;
  delivery.nextAt = now + retryDelayMs(delivery.attempts) / deps.timeScale;
  for (const pageId of new Set(delivery.events.map((event) => event.pageId))) {
    recordFailure(deps, { appId: delivery.appId, pageId, error });
  }
  deps.core.store.changed();
}

function recordFailure(
  deps: DispatcherDeps,
  { appId, pageId, error }: { appId: string; pageId: string; error: string },
): void {
  const { core, timeScale } = deps;
  const { state } = core.store;
  const now = core.clock.now();
  const key = `${appId}:${pageId}`;
  const known = state.health[key];
  const failingSince = known?.failingSince ?? now;
  const failedForMs = (now - failingSince) * timeScale;
  const health: Health = {
    failingSince,
    hasAlert: failedForMs >= ALERT_MS,
    unsubscribedAt: known?.unsubscribedAt ?? null,
    lastError: error,
  };
  state.health[key] = health;
  if (health.hasAlert && known?.hasAlert !== true) {
    core.store.log(now, `Alert: the webhook fails for Page ${pageId} for 15 minutes: ${error}`);
  }
  if (failedForMs >= UNSUBSCRIBE_MS && health.unsubscribedAt === null) {
    health.unsubscribedAt = now;
    unsubscribePage(deps, { appId, pageId });
  }
}

function unsubscribePage(
  { core }: DispatcherDeps,
  { appId, pageId }: { appId: string; pageId: string },
): void {
  const { store } = core;
  setPageSubscription(store.state, { pageId, appId, fields: undefined });
  const isMeant = (delivery: Delivery) =>
    delivery.appId === appId && delivery.events.some((event) => event.pageId === pageId);
  for (const { chat, isCopy } of store.state.queue
    .filter(isMeant)
    .flatMap(({ events }) => events)) {
    if (chat !== null && !isCopy) {
      tallyOf(store.state, chat).dropped += 1;
    }
  }
  store.state.queue = store.state.queue.filter((delivery) => !isMeant(delivery));
  store.log(
    core.clock.now(),
    `Webhooks disabled: the app was taken off Page ${pageId} after an hour of failure`,
  );
}
