import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import type { Ledger, Post } from './ledger.ts';

/** Meta waits this long. */
const TIMEOUT_MS = 5_000;

/** Sends signed POSTs to one callback URL and notes in the ledger what was answered. */
export function createSender(options: {
  callbackUrl: string;
  secret: string;
  ledger: Ledger;
  /** Longer where a busy machine must not be taken for a server that says nothing. */
  timeoutMs?: number;
}) {
  const { callbackUrl, secret, ledger, timeoutMs: timeout = TIMEOUT_MS } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const refusals = new Map<number, number>();
  let answered = 0;
  let events = 0;

  /** Resolves with the status, or 0 when there was no answer. Never rejects. */
  function post(body: string): Promise<number> {
    const bytes = Buffer.from(body);
    const signature = createHmac('sha256', secret).update(bytes).digest('hex');
    return new Promise((resolve) => {
      const outgoing = request(
        callbackUrl,
        {
          method: 'POST',
          agent,
          timeout,
          headers: {
            'content-type': 'application/json',
            'content-length': bytes.length,
            'x-hub-signature-256': `sha256=${signature}`,
          },
        },
        (answer) => {
          answer.resume();
          // The status line is the answer, whether or not the rest of it arrives.
          resolve(answer.statusCode ?? 0);
        },
      );
      outgoing.on('error', () => resolve(0));
      outgoing.on('timeout', () => outgoing.destroy());
      outgoing.end(bytes);
    });
  }

  return {
    refusals,
    /** POSTs answered 200, and the elements in them; again and again if they were sent again. */
    answered: () => answered,
    events: () => events,
    async send(item: Post): Promise<boolean> {
      ledger.sent(item);
      const status = await post(item.body);
      if (status === 200) {
        answered += 1;
        events += item.elements.length;
        ledger.acknowledged(item);
      } else if (status !== 0) {
        refusals.set(status, (refusals.get(status) ?? 0) + 1);
      }
      return status === 200;
    },
    close: () => agent.destroy(),
  };
}

export type Sender = ReturnType<typeof createSender>;
