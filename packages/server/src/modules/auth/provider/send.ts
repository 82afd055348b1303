import type { OutgoingHttp } from '../../../platform/outgoing-http/index.ts';

const MAX_BYTES = 1024 * 1024;
const DEADLINE_MS = 10_000;

type SentRequest = {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
};

/**
 * Requests to the provider. Whoever runs Chatgate gave the issuer, so it may be within; otherwise
 * the rules of outgoing HTTP hold: no redirects, capped size, one deadline.
 */
export function createSender() {
  let outgoing: Promise<OutgoingHttp> | undefined;
  return {
    /** `missed` is called when there is no answer, or one that blames the provider. */
    async send(url: string, options: SentRequest, missed: () => void): Promise<Response> {
      outgoing ??= import('../../../platform/outgoing-http/index.ts').then((module) =>
        module.createOutgoingHttp({ allow: ['0.0.0.0/0', '::/0'] }),
      );
      const { body } = options;
      const got = await (await outgoing).fetch(url, {
        method: options.method === 'POST' ? 'POST' : 'GET',
        headers: options.headers,
        ...(body === undefined || body === null ? {} : { body: String(body) }),
        maxBytes: MAX_BYTES,
        deadlineMs: DEADLINE_MS,
      });
      if (got.kind !== 'ok' || got.status >= 500) {
        missed();
      }
      if (got.kind !== 'ok') {
        throw new Error(`No answer from ${new URL(url).host}: ${JSON.stringify(got)}`);
      }
      return new Response(new Uint8Array(got.body), { status: got.status, headers: got.headers });
    },
    close: async () => (await outgoing)?.close(),
  };
}
