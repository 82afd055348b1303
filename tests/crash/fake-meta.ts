import type { NewPost } from './ledger.ts';

/** Of the POSTs; each then carries four entries of one or two elements. */
const BATCH_SHARE = 0.06;
/** People who write to a Page at a time; the circle moves on, so that new ones come all the time. */
const CIRCLE = 60;
const MOVES_ON = 0.08;
/** POSTs that Meta holds back, to send them later than what happened after. */
const HELD_BACK_SHARE = 0.05;
const HELD_BACK = 40;
/** POSTs that are mixed before they leave. */
const MIXED = 6;

/**
 * Meta as it is: POSTs each different from every other, mostly messages, with reactions, receipts,
 * postbacks, kinds that nobody knows and bodies cut in the middle; in batches, in another order than
 * they happened, some much later.
 */
export function createFakeMeta(pageIds: readonly string[]) {
  let counter = 0;
  let circleAt = 1_000;
  const heldBack: NewPost[] = [];
  const leaving: NewPost[] = [];

  function element(pageId: string): object {
    counter += 1;
    circleAt += Math.random() < MOVES_ON ? 1 : 0;
    const psid = `${pageId}${Math.floor(circleAt) + below(CIRCLE)}`;
    const timestamp = Date.now();
    const from = { sender: { id: psid }, recipient: { id: pageId }, timestamp };
    const chance = Math.random();
    if (chance < 0.8) {
      return { ...from, message: { mid: `m_${counter}`, text: `number ${counter} · привіт` } };
    }
    if (chance < 0.86) {
      return { ...from, read: { watermark: timestamp * 1_000 + (counter % 1_000) } };
    }
    if (chance < 0.9) {
      const postback = { mid: `m_p${counter}`, title: 'Menu', payload: `MENU_${counter}` };
      return { ...from, postback };
    }
    if (chance < 0.93) {
      return { ...from, something_new: { number: counter } };
    }
    const mid = `m_${1 + below(counter)}`;
    const reaction = { reaction: 'love', emoji: '❤', action: 'react', mid, nonce: counter };
    return { ...from, timestamp: timestamp + counter / 1e6, reaction };
  }

  function entry(size: number) {
    const id = pageIds[below(pageIds.length)] ?? '';
    return { id, time: Date.now(), messaging: Array.from({ length: size }, () => element(id)) };
  }

  function make(): NewPost {
    const isBatch = Math.random() < BATCH_SHARE;
    const entries = isBatch ? [entry(1), entry(2), entry(1), entry(2)] : [entry(1)];
    const body = JSON.stringify({ object: 'page', entry: entries });
    if (Math.random() < 0.005) {
      const cut = body.slice(0, -20);
      return { body: cut, elements: [cut], isBatch: false, isReadable: false };
    }
    const elements = entries.flatMap(({ messaging }) =>
      messaging.map((one) => JSON.stringify(one)),
    );
    return { body, elements, isBatch, isReadable: true };
  }

  return {
    next(): NewPost {
      while (leaving.length < MIXED) {
        const post = make();
        (Math.random() < HELD_BACK_SHARE ? heldBack : leaving).push(post);
        const late = heldBack.length > HELD_BACK ? heldBack.shift() : undefined;
        leaving.push(...(late ? [late] : []));
      }
      const [post] = leaving.splice(below(leaving.length), 1);
      return post ?? make();
    },
  };
}

export type FakeMeta = ReturnType<typeof createFakeMeta>;

const below = (limit: number) => Math.floor(Math.random() * limit);
