import { createHash, createHmac } from 'node:crypto';

let counter = 0;

export type Body = {
  readonly bytes: Buffer;
  /** Of its messages, in their order. */
  readonly mids: readonly string[];
};

/**
 * Makes bodies as Meta sends them, with messages that no other body has, each of the next person of
 * its Page: about 390 bytes for a single one.
 */
export function createBodyMaker(options: {
  pageIds: readonly string[];
  /** How many people write, in all. */
  people: number;
  events: number;
}): () => Body {
  const { pageIds, people, events } = options;
  const perPage = Math.ceil(people / pageIds.length);
  let made = 0;
  return () => {
    const id = pageIds[made % pageIds.length] ?? '';
    const first = Math.floor(made / pageIds.length) * events;
    made += 1;
    const now = Date.now();
    const mids: string[] = [];
    const messaging = Array.from({ length: events }, (_unused, index) => {
      counter += 1;
      const mid = newMid(`${now} ${counter}`);
      mids.push(mid);
      return {
        sender: { id: `${id}${1_000 + ((first + index) % perPage)}` },
        recipient: { id },
        timestamp: now,
        message: { mid, text: `Is the blue one still there? Number ${counter}, будь ласка.` },
      };
    });
    const body = { object: 'page', entry: [{ id, time: now, messaging }] };
    return { bytes: Buffer.from(JSON.stringify(body)), mids };
  };
}

/**
 * As long and as random as Meta's: what is looked up by ids in the order of time is quicker, and
 * quicker than it will be for anybody.
 */
const newMid = (seed: string) => `m_${createHash('sha512').update(seed).digest('base64url')}`;

export function sign(hash: 'sha256' | 'sha1', secret: string, body: Buffer): string {
  return createHmac(hash, secret).update(body).digest('hex');
}
