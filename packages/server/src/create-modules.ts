import type { LiveEvent } from '@chatgate/contract';
import { Agent } from 'undici';
import { type Config, splitList } from './config/config.ts';
import type { Core, Surroundings } from './core.ts';
import { type Attachments, createAttachments } from './modules/attachments/index.ts';
import { actorMay } from './modules/auth/index.ts';
import { createProfileQuestion } from './modules/conversations/ask-profile.ts';
import { type Conversations, createConversations } from './modules/conversations/index.ts';
import { createDelivery, type Delivery, type DeliveryDeps } from './modules/delivery/index.ts';
import { createGateways, type GatewayDependants } from './modules/gateways/index.ts';
import { createGraph } from './modules/graph/index.ts';
import { createHealth } from './modules/health/index.ts';
import { createIngest, type Ingest } from './modules/ingest/index.ts';
import { createOutbound, type Outbound } from './modules/outbound/index.ts';
import { createPages, MAY_CONNECT, type Pages } from './modules/pages/index.ts';
import { openFileStores } from './open-file-stores.ts';
import type { Database } from './platform/db/index.ts';
import { createSharedTime } from './platform/db/time.ts';
import { createPictures } from './platform/http/pictures.ts';
import { createLive } from './platform/live.ts';
import { createOutgoingHttp } from './platform/outgoing-http/index.ts';
import type { NatsPublisher } from './platform/queue/nats.ts';
import { randomToken } from './platform/random.ts';
import type { Tracing } from './platform/tracing/index.ts';

const PROJECTOR_TOPIC = 'projector';
const DELIVERY_TOPIC = 'delivery';
const DAY_MS = 86_400_000;

/** What later modules keep for a gateway; asked for only after all of them are made. */
function dependantsOfGateways(
  later: () => { pages: Pages; conversations: Conversations; delivery: Delivery },
): GatewayDependants {
  return {
    async counts(executor, gatewayIds) {
      const { pages, conversations } = later();
      const pageCounts = await pages.counts(executor, gatewayIds);
      const unknown = await conversations.countUnknownPages(executor, gatewayIds);
      return new Map(
        [...pageCounts].map(([id, counts]) => [
          id,
          { pages: counts, unknownPages: unknown.get(id) ?? 0 },
        ]),
      );
    },
    async deletion(executor, gatewayId) {
      const { pages, conversations, delivery } = later();
      const ends = await pages.deletion(executor, gatewayId);
      const counts = await conversations.countConversations(executor, [gatewayId]);
      const destinations = await delivery.countOfGateway(executor, gatewayId);
      return { ...ends, conversations: counts.get(gatewayId) ?? 0, destinations };
    },
    async onDeleting(tx, gatewayId) {
      const { pages, delivery } = later();
      await pages.onDeleting(tx, gatewayId);
      await delivery.onGatewayDeleting(tx, gatewayId);
    },
  };
}

/** The modules, each made of what it needs; what points down the list of modules is wired here. */
export async function createModules(
  config: Config,
  surroundings: Surroundings,
  core: Core,
  tracing: Tracing | undefined,
) {
  const { clock, random, log } = surroundings;
  const { db, ids, seal, erasureKey, audit, auth } = core;
  const publicUrl = config.PUBLIC_URL;
  const live = createLive<LiveEvent>({
    stream: randomToken(random, 64),
    resync: { type: 'resync' },
    relay: db.signals,
  });
  // More than the 48 replies that may be under way at once: none waits behind slow ones.
  const dispatcher = new Agent({ connections: 64, keepAliveTimeout: 30_000 });
  const graph = createGraph({
    dispatcher,
    clock,
    log,
    graphUrl: config.CHATGATE_META_GRAPH_URL,
    dialogUrl: config.CHATGATE_META_DIALOG_URL,
  });
  const gateways = createGateways({
    ...{ db, clock, ids, random, log, seal, audit, live, graph, publicUrl },
    graphUrl: config.CHATGATE_META_GRAPH_URL,
    retentionDays: config.CHATGATE_RETENTION_DAYS,
    dependants: dependantsOfGateways(() => ({ pages, conversations, delivery })),
  });
  const outgoing = createOutgoingHttp({ allow: splitList(config.CHATGATE_OUTGOING_ALLOW) });
  const pictures = createPictures({ fetchGuarded: outgoing.fetch, log });
  const pages = createPages({
    ...{ db, clock, ids, random, seal, log, graph, gateways, audit, live, publicUrl, erasureKey },
    ...{ authenticate: auth.authenticate, pictures },
    mayConnect: (tx, { kind, id }) =>
      actorMay(tx, { ...{ kind, id }, now: clock.now(), section: 'gateways', anyOf: MAY_CONNECT }),
  });
  const attachments = createAttachments({
    ...{ db, clock, ids, log, audit, live },
    receive: outgoing.receive,
    ...openFileStores(config, dispatcher),
  });
  const ingest = createIngest({
    ...{ db, clock, ids, log, gateways, tracing },
    keeping: surroundings.keeping ?? 'in a thread',
  });
  const conversations = createConversations({
    ...{ db, clock, ids, log, live, ingest, gateways, pages, pictures, attachments },
    ...{ audit, erasureKey, tracing },
    readProfile: createProfileQuestion({ graph, pages }),
    async onProjected(tx, events) {
      await outbound.onProjected(tx, events);
      await delivery.onProjected(tx, events);
    },
    wakeOtherProjectors: () => db.signals.send(PROJECTOR_TOPIC),
    onCommitted: () => delivery.wake(),
  });
  const { delivery, nats } = await createLeaving(config, surroundings, {
    ...core,
    ...{ live, outgoing, gateways, pages, conversations, tracing },
  });
  const outbound = createOutbound({
    ...{ db, clock, ids, log, live, audit, graph, gateways, pages, conversations, tracing },
    graphUrl: config.CHATGATE_META_GRAPH_URL,
    sharedTime: createSharedTime(db, clock),
  });
  const health = createHealth({ db, clock, ids, log, gateways, pages });
  wire({ db, pages, ingest, conversations, delivery, attachments, outbound });
  auth.onChanged(() => live.publish({ type: 'access.changed' }));
  return {
    ...{ live, graph, gateways, pages, health, ingest, attachments, conversations, delivery },
    ...{ outbound, nats, dispatcher, outgoing },
  };
}

/** What a module tells those that come after it in the list. */
export function wire(modules: {
  db: Database;
  pages: Pages;
  ingest: Ingest;
  conversations: Conversations;
  delivery: Delivery;
  attachments: Attachments;
  outbound: Outbound;
}): void {
  const { db, pages, ingest, conversations, delivery, attachments, outbound } = modules;
  pages.onAdopted(async (tx, { gatewayId, pageIds }) => {
    for (const pageId of pageIds) {
      await conversations.onAdopted(tx, gatewayId, pageId);
    }
  });
  conversations.onErased(async (tx, erased) => {
    await pages.onErased(tx, erased);
    if (erased.kind === 'conversation') {
      const conversationIds = [erased.conversationId];
      await outbound.onErased(tx, conversationIds);
      await delivery.eraseConversations(tx, conversationIds);
      await attachments.erase(tx, { conversationIds });
    }
  });
  const { projector } = conversations.workers;
  ingest.onStored(projector.wake);
  ingest.onStored(delivery.giveWay);
  db.signals.listen(PROJECTOR_TOPIC, { heard: projector.wake, missed: projector.wake });
  db.signals.listen(DELIVERY_TOPIC, { heard: delivery.wake, missed: delivery.wake });
}

export type Modules = Awaited<ReturnType<typeof createModules>>;

/** How events leave: the module `delivery`, and NATS where the operator has it. */
async function createLeaving(
  config: Config,
  { clock, random, log }: Surroundings,
  parts: Core &
    Pick<DeliveryDeps, 'live' | 'outgoing' | 'gateways' | 'pages' | 'conversations' | 'tracing'>,
): Promise<{ delivery: Delivery; nats: NatsPublisher | undefined }> {
  const stream = config.CHATGATE_NATS_STREAM;
  let nats: NatsPublisher | undefined;
  if (config.NATS_URL !== '') {
    // Its client is loaded only where there is a server for it.
    const { createNatsPublisher } = await import('./platform/queue/nats.ts');
    nats = createNatsPublisher({ url: config.NATS_URL, stream, subjects: 'chatgate.>', log });
  }
  const delivery = createDelivery({
    ...parts,
    ...{ clock, random, log, nats, natsStream: stream },
    natsSyncAlways: config.CHATGATE_NATS_SYNC === 'always',
    retentionMs: config.CHATGATE_DELIVERY_RETENTION_DAYS * DAY_MS,
    disableAfterMs: config.CHATGATE_DELIVERY_DISABLE_AFTER_DAYS * DAY_MS,
    wakeOtherReplicas: () => parts.db.signals.send(DELIVERY_TOPIC),
  });
  return { delivery, nats };
}
