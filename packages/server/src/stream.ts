import type { LiveEvent, Permission } from '@chatgate/contract';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Actor } from './modules/auth/index.ts';
import type { Api } from './platform/http/api.ts';
import { createLiveStreams } from './platform/http/live-stream.ts';
import type { Live } from './platform/live.ts';

/** Who may learn that something changed: whoever may read it. */
const NEEDED: Record<LiveEvent['type'], Permission | undefined> = {
  resync: undefined,
  // Names nobody: everybody asks again what they may do.
  'access.changed': undefined,
  'gateway.changed': 'gateways:read',
  'pages.changed': 'gateways:read',
  'invites.changed': 'gateways:read',
  'bulk.progressed': 'gateways:read',
  'refresh.progressed': 'gateways:read',
  'connect.finished': 'gateways:read',
  'conversation.changed': 'conversations:read',
  'destination.changed': 'destinations:read',
  'deliveries.changed': 'destinations:read',
};

/** `GET /events/stream`: live hints for open browsers. */
export function streamLiveEvents(
  api: Api,
  deps: {
    live: Live<LiveEvent>;
    authenticate: (request: FastifyRequest) => Promise<Actor | undefined>;
  },
): void {
  const streams = createLiveStreams<Actor, LiveEvent>({
    live: deps.live,
    resync: { type: 'resync' },
    identify: deps.authenticate,
    sees: (actor, hint) => {
      const needed = NEEDED[hint.type];
      return needed === undefined || actor.permissions.has(needed);
    },
  });
  api.addHook('preClose', async () => streams.closeAll());
  api.get(
    '/events/stream',
    {
      config: { access: 'signed_in' },
      schema: {
        summary: 'Live hints as server-sent events',
        description:
          'Each hint says what to read again; `Last-Event-ID` resumes. What the caller may not read is left out; a session that ends closes the stream within 30 s.',
        tags: ['Live'],
        produces: ['text/event-stream'],
        response: {
          200: Type.String({
            description: 'A stream of server-sent events, each the JSON of one hint.',
            examples: ['id: 8Zk.17\ndata: {"type":"pages.changed","gatewayId":"gw_…"}\n\n'],
          }),
        },
      },
    },
    (request, reply) => streams.open(request, reply),
  );
}
