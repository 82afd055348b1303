import { setTimeout as pause } from 'node:timers/promises';
import type { Post } from './ledger.ts';
import type { Stage } from './stage.ts';

/**
 * 100 POSTs a second in bursts; after enough of them a trickle, until the moment has come. A run is
 * about moments, not about speed: each POST costs as many requests as there are destinations.
 */
const BURST = 4;
const BURST_EVERY_MS = 40;
const ENOUGH = 32;
const TRICKLE_EVERY_MS = 150;
const REPEAT_SHARE = 0.06;
/** Meta tries again what was not answered; what it gives up on stays a question. */
const SENT_AGAIN_SHARE = 0.8;

export type Load = {
  readonly underWay: () => number;
  /** Posts no more; resolves when everything is answered or broken off. */
  readonly stop: () => Promise<void>;
};

type Loaded = Pick<Stage, 'ledger' | 'sender' | 'fakeMeta'>;

/** Posts new bodies, and some that were answered already, until it is stopped. */
export function startLoad(
  { ledger, sender, fakeMeta }: Loaded,
  { trickleEveryMs = TRICKLE_EVERY_MS } = {},
): Load {
  const underWay = new Set<Promise<unknown>>();
  const answered: Post[] = [];
  let isStopped = false;
  let sent = 0;

  function send(post: Post): void {
    sent += 1;
    const sending = sender.send(post).then((isAcknowledged) => {
      underWay.delete(sending);
      if (isAcknowledged) {
        answered.push(post);
      }
    });
    underWay.add(sending);
  }

  async function run(): Promise<void> {
    while (!isStopped) {
      for (let index = 0; index < BURST; index += 1) {
        const known = Math.random() < REPEAT_SHARE ? answered.pop() : undefined;
        send(known ?? ledger.add(fakeMeta.next()));
      }
      await pause(sent < ENOUGH ? BURST_EVERY_MS : trickleEveryMs);
    }
  }

  const running = run();
  return {
    underWay: () => underWay.size,
    async stop() {
      isStopped = true;
      await running;
      await Promise.all(underWay);
    },
  };
}

/** As Meta does: most of what got no answer comes again, until it does. Gives how many. */
export async function sendAgain({
  ledger,
  sender,
}: Pick<Stage, 'ledger' | 'sender'>): Promise<number> {
  const open = [...ledger.unanswered].filter((post) => !post.isGivenUp);
  for (const post of open) {
    post.isGivenUp = Math.random() >= SENT_AGAIN_SHARE;
  }
  const chosen = open.filter((post) => !post.isGivenUp);
  await Promise.all(chosen.map((post) => insist(sender, post)));
  return chosen.length;
}

async function insist(sender: Stage['sender'], post: Post): Promise<void> {
  while (!(await sender.send(post))) {
    await pause(100);
  }
}
