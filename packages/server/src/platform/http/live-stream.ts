import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Live } from '../live.ts';

const HEARTBEAT_MS = 15_000;
const RECHECK_MS = 30_000;

export type LiveStreams = {
  /** Turns the request into a stream of server-sent events (HTML standard, section 9.2). */
  open: (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
  /** Ends all streams; an open one would otherwise keep the server from closing. */
  closeAll: () => void;
};

/**
 * Server-sent events. What a viewer may see is asked again every 30 s, so that a permission taken
 * away or a session ended closes the stream.
 */
export function createLiveStreams<Viewer, Hint>(deps: {
  live: Live<Hint>;
  resync: Hint;
  identify: (request: FastifyRequest) => Promise<Viewer | undefined>;
  sees: (viewer: Viewer, hint: Hint) => boolean;
}): LiveStreams {
  const { live, resync, identify, sees } = deps;
  const ends = new Set<() => void>();
  let isClosing = false;

  async function open(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    let viewer = await identify(request);
    reply.hijack();
    const stream = reply.raw;
    if (isClosing || stream.destroyed) {
      // Gone while we asked who it is: nothing would ever say so again.
      stream.destroy();
      return;
    }
    stream.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    const write = (id: string, hint: Hint) => {
      stream.write(`id: ${id}\ndata: ${JSON.stringify(hint)}\n\n`);
    };
    const sentId = request.headers['last-event-id'];
    const lastId = typeof sentId === 'string' && sentId !== '' ? sentId : undefined;
    if (lastId === undefined) {
      // What changed between the first reading of a page and this moment would be missed.
      write(live.latestId(), resync);
    }
    const stopListening = live.listen({
      lastId,
      listener(id, hint) {
        if (viewer !== undefined && sees(viewer, hint)) {
          write(id, hint);
        }
      },
      onGap: () => write(live.latestId(), resync),
    });
    const heartbeat = setInterval(() => stream.write(':\n\n'), HEARTBEAT_MS);
    async function recheckViewer(): Promise<void> {
      viewer = await identify(request).catch(() => undefined);
      if (viewer === undefined) {
        end();
      }
    }
    const recheck = setInterval(() => void recheckViewer(), RECHECK_MS);
    function end() {
      clearInterval(heartbeat);
      clearInterval(recheck);
      stopListening();
      ends.delete(end);
      stream.end();
    }
    ends.add(end);
    stream.once('close', end);
  }

  return {
    open,
    closeAll() {
      isClosing = true;
      for (const end of [...ends]) {
        end();
      }
    },
  };
}
