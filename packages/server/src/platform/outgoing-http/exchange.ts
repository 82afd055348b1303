import { NODATA, NOTFOUND, SERVFAIL } from 'node:dns';
import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { BlockedError } from './guarded-agent.ts';
import type { Head, NoAnswer, Received, Sink, SinkAnswer, UnreachableReason } from './types.ts';

/** Looks at status and headers and says where the body goes; undefined: nobody wants it. */
export type Choose = (head: Head) => Sink | undefined;

type Options = {
  readonly choose: Choose;
  readonly maxBytes: number;
  readonly resolve: (received: Received) => void;
  readonly reject: (cause: unknown) => void;
};
type Controller = Dispatcher.DispatchController;

/**
 * Follows one exchange, says once how it ended, and breaks off what is left of it. Past undici's own
 * `request`, whose stream for the answer and whose signals cost as much as the rest of a callback's
 * way through HTTP.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  onEnd: () => void = () => {};
  readonly #options: Options;
  #controller: Controller | undefined;
  #head: Head | undefined;
  #sink: Sink | undefined;
  /** Nobody hears of the end while the sink is still busy. */
  #pouring: Promise<void> | undefined;
  #bytes = 0;
  #hasEnded = false;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Ends it so, whatever it is at. */
  breakOff(how: Received): void {
    this.#end(how);
    this.#controller?.abort(new Error('Nobody waits for this answer any more.'));
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    if (this.#hasEnded) {
      controller.abort(new Error('Nobody waits for this answer any more.'));
    }
  }

  onResponseStart(_controller: Controller, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) {
      return;
    }
    this.#head = { status, headers: flatten(headers) };
    this.#sink = this.#options.choose(this.#head);
    if (!this.#sink) {
      this.breakOff(this.#received());
    }
  }

  onResponseData(_controller: Controller, chunk: Buffer): void {
    // After a pause undici begins with a piece of nothing; to wait for that one, too, would be for ever.
    if (this.#hasEnded || !this.#sink || chunk.length === 0) {
      return;
    }
    this.#bytes += chunk.length;
    if (this.#bytes > this.#options.maxBytes) {
      this.breakOff({ kind: 'too_large' });
      return;
    }
    try {
      this.#heed(this.#sink(chunk));
    } catch (cause) {
      this.#fail(cause);
    }
  }

  onResponseEnd(): void {
    this.#end(this.#received());
  }

  onResponseError(_controller: Controller, error: Error): void {
    this.#end(explain(error));
  }

  #heed(answer: ReturnType<Sink>): void {
    if (answer instanceof Promise) {
      this.#controller?.pause();
      this.#pouring = this.#wait(answer);
    } else if (answer === 'enough') {
      this.breakOff(this.#received());
    }
  }

  async #wait(answer: Promise<SinkAnswer>): Promise<void> {
    try {
      this.#heed(await answer);
      if (!this.#hasEnded) {
        this.#controller?.resume();
      }
    } catch (cause) {
      this.#fail(cause);
    }
  }

  #fail(cause: unknown): void {
    this.#options.reject(cause);
    this.breakOff(this.#received());
  }

  #received(): Received {
    return { kind: 'ok', status: 0, headers: {}, ...this.#head, bytes: this.#bytes };
  }

  #end(how: Received): void {
    if (this.#hasEnded) {
      return;
    }
    this.#hasEnded = true;
    this.onEnd();
    const tell = () => this.#options.resolve(how);
    if (this.#pouring === undefined) {
      tell();
    } else {
      void this.#pouring.then(tell);
    }
  }
}

/** undici has the names in small letters. */
function flatten(headers: IncomingHttpHeaders): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    flat[name] = Array.isArray(value) ? value.join(', ') : (value ?? '');
  }
  return flat;
}

function explain(error: Error): NoAnswer {
  return error instanceof BlockedError
    ? { kind: 'blocked', reason: error.reason }
    : { kind: 'unreachable', reason: readReason(error) };
}

const NAME_CODES = new Set<unknown>([NOTFOUND, NODATA, SERVFAIL, 'ENODATA', 'EAI_AGAIN']);

function readReason({ name, code }: Error & { code?: unknown }): UnreachableReason {
  const text = typeof code === 'string' ? code : '';
  if (NAME_CODES.has(text)) {
    return 'name';
  }
  if (/CERT|^ERR_(TLS|SSL)|^UNABLE_TO_|^EPROTO$/.test(text)) {
    return 'tls';
  }
  const isGarbled =
    name === 'HTTPParserError' || /^UND_ERR_(SOCKET|HEADERS_OVERFLOW|RES_)/.test(text);
  return isGarbled ? 'answer' : 'connection';
}
