import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';

const STREAM = 'CHATGATE';

/** One stored message, by what says which event it is. */
export type OnBus = {
  readonly id: string;
  readonly conversationId: string | null;
  readonly seq: number | null;
  readonly isReplay: boolean;
};

/** How many messages the stream holds; 0 while there is none. */
export async function sizeOfBus({ port }: { readonly port: number }): Promise<number> {
  const nats = await connect({ servers: `127.0.0.1:${port}` });
  try {
    const { streams } = await jetstreamManager(nats);
    return await streams.info(STREAM).then(
      ({ state }) => state.messages,
      () => 0,
    );
  } finally {
    await nats.close();
  }
}

/** Everything that the stream holds, in its order. */
export async function readBus({ port }: { readonly port: number }): Promise<OnBus[]> {
  const nats = await connect({ servers: `127.0.0.1:${port}` });
  try {
    const { streams, consumers } = await jetstreamManager(nats);
    const { state } = await streams.info(STREAM);
    const { name } = await consumers.add(STREAM, { inactive_threshold: 5_000_000_000 });
    const consumer = await jetstream(nats).consumers.get(STREAM, name);
    const found: OnBus[] = [];
    while (found.length < state.messages) {
      for await (const message of await consumer.fetch({ max_messages: 500, expires: 1_000 })) {
        const { data } = message.json<{ data: Omit<OnBus, 'isReplay'> }>();
        const { id, conversationId, seq } = data;
        const isReplay = message.headers?.get('chatgate-replay') === 'true';
        found.push({ id, conversationId, seq, isReplay });
        message.ack();
      }
    }
    return found;
  } finally {
    await nats.close();
  }
}

/**
 * Events that came for the first time, and not as the next of their conversation. The first of one
 * may have any number: the numbers after it have no gaps, so what is missing before it is missing.
 */
export function outOfOrder(messages: readonly OnBus[]): OnBus[] {
  const seen = new Set<string>();
  const upTo = new Map<string, number>();
  return messages.filter(({ id, conversationId, seq }) => {
    if (seen.has(id) || conversationId === null || seq === null) {
      return false;
    }
    seen.add(id);
    const before = upTo.get(conversationId) ?? seq - 1;
    upTo.set(conversationId, seq);
    return seq !== before + 1;
  });
}
