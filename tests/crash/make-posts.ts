import type { NewPost } from './ledger.ts';

const PEOPLE = 150;
/** Of the POSTs; each then carries four entries of one or two elements. */
const BATCH_SHARE = 0.04;

/**
 * Makes the POSTs of a run, each different from every other: mostly messages, with reactions and
 * receipts between them, of 150 people on each Page, about every seventh event in a batch.
 */
export function createPostMaker(pageIds: readonly string[]) {
  let counter = 0;
  const pick = <T>(items: readonly T[]): T => {
    const item = items[Math.floor(Math.random() * items.length)];
    if (item === undefined) {
      throw new Error('There is nothing to pick from.');
    }
    return item;
  };

  function element(pageId: string): object {
    counter += 1;
    const psid = `${pageId}${1_000 + Math.floor(Math.random() * PEOPLE)}`;
    const timestamp = Date.now();
    const from = { sender: { id: psid }, recipient: { id: pageId }, timestamp };
    const chance = Math.random();
    if (chance < 0.85) {
      return { ...from, message: { mid: `m_${counter}`, text: `number ${counter} · привіт` } };
    }
    if (chance < 0.9) {
      return { ...from, read: { watermark: timestamp * 1_000 + (counter % 1_000) } };
    }
    const mid = `m_${Math.ceil(Math.random() * counter)}`;
    const reaction = { reaction: 'love', emoji: '❤', action: 'react', mid, nonce: counter };
    return { ...from, timestamp: timestamp + counter / 1e6, reaction };
  }

  function entry(size: number) {
    const id = pick(pageIds);
    return { id, time: Date.now(), messaging: Array.from({ length: size }, () => element(id)) };
  }

  return {
    next(): NewPost {
      const isBatch = Math.random() < BATCH_SHARE;
      const entries = isBatch ? [entry(1), entry(2), entry(1), entry(2)] : [entry(1)];
      return {
        body: JSON.stringify({ object: 'page', entry: entries }),
        elements: entries.flatMap(({ messaging }) => messaging.map((one) => JSON.stringify(one))),
        isBatch,
      };
    },
  };
}
