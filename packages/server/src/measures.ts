/**
 * Every number an operator can watch: names, meanings and where each comes from. The modules count
 * in their own words; that Prometheus reads them is decided here. `docs/reference/metrics.md` and
 * the dashboard follow this table.
 */
import type { Attachments } from './modules/attachments/index.ts';
import type { Conversations } from './modules/conversations/index.ts';
import type { Delivery } from './modules/delivery/index.ts';
import type { Ingest } from './modules/ingest/index.ts';
import type { Outbound } from './modules/outbound/index.ts';
import type { Pages } from './modules/pages/index.ts';
import type { Database } from './platform/db/index.ts';
import type { Measure, Reading } from './platform/metrics/index.ts';

type Parts = {
  readonly db: Database;
  readonly ingest: Pick<Ingest, 'measured' | 'backlog'>;
  readonly conversations: Pick<Conversations, 'projected'>;
  readonly attachments: Pick<Attachments, 'outcomes' | 'backlog'>;
  readonly pages: Pick<Pages, 'healthCounts' | 'grantCounts'>;
  readonly delivery: Pick<Delivery, 'measured' | 'backlogs'>;
  readonly outbound: Pick<Outbound, 'sends'>;
};

export function createMeasures(parts: Parts): Measure[] {
  return [
    ...ofReceiving(parts),
    ...ofDelivery(parts),
    ...ofReplies(parts),
    ...ofPages(parts),
    ...ofAttachments(parts),
    ...ofDatabase(parts),
  ];
}

function ofReceiving({ ingest, conversations }: Parts): Measure[] {
  return [
    {
      name: 'chatgate_webhook_posts_total',
      type: 'counter',
      help: "POSTs of Meta's by the status we answered with.",
      labels: ['status'],
      read: ingest.measured.answers.read,
    },
    {
      name: 'chatgate_webhook_ack_seconds',
      type: 'histogram',
      help: 'From the arrival of a signed POST to its durable commit, in seconds; the 200 follows at once. Meta gives up after 5.',
      distribution: ingest.measured.ackSeconds,
    },
    {
      name: 'chatgate_events_taken_total',
      type: 'counter',
      help: 'Events taken in: new, or a copy of one we have.',
      labels: ['what'],
      read: ingest.measured.events.read,
    },
    {
      name: 'chatgate_events_settled_total',
      type: 'counter',
      help: 'Events by what the projector of this process made of them.',
      labels: ['state'],
      read: conversations.projected.read,
    },
    {
      name: 'chatgate_events_waiting',
      type: 'gauge',
      help: 'Events in the database by a state that needs attention: new (the projector will take them) or parked (a person must). Counted up to 10,000.',
      labels: ['state'],
      async read() {
        const { waiting, parked } = await ingest.backlog();
        return [labelled('new', waiting), labelled('parked', parked)];
      },
    },
    {
      name: 'chatgate_projector_lag_seconds',
      type: 'gauge',
      help: 'Age of the oldest event that the projector has not taken, in seconds; 0 when there is none.',
      read: async () => [single((await ingest.backlog()).oldestMs / 1_000)],
    },
  ];
}

function ofPages({ pages }: Parts): Measure[] {
  return [
    {
      name: 'chatgate_pages',
      type: 'gauge',
      help: 'Connected Pages by health.',
      labels: ['health'],
      read: async () => fromMap(await pages.healthCounts()),
    },
    {
      name: 'chatgate_grants',
      type: 'gauge',
      help: 'Grants of accounts to Pages by the state of their token.',
      labels: ['token'],
      read: async () => fromMap(await pages.grantCounts()),
    },
  ];
}

function ofAttachments({ attachments }: Parts): Measure[] {
  return [
    {
      name: 'chatgate_attachment_fetches_total',
      type: 'counter',
      help: 'Fetches of attachments by how they ended; `retried` ones are tried again by themselves.',
      labels: ['outcome'],
      read: attachments.outcomes.read,
    },
    {
      name: 'chatgate_attachments_waiting',
      type: 'gauge',
      help: 'Attachments that wait to be fetched, and files that wait to be removed.',
      labels: ['what'],
      async read() {
        const { pending, removals } = await attachments.backlog();
        return [labelled('fetch', pending), labelled('removal', removals)];
      },
    },
  ];
}

const DESTINATION_STATES = ['idle', 'delivering', 'failing', 'paused', 'off'] as const;
/** Ages cannot be added up under `other`: only so many are told, the oldest. */
const MOST_AGES = 100;

function ofDelivery({ delivery }: Parts): Measure[] {
  // Read once for all that a scrape shows of it.
  const backlogs = shareBriefly(delivery.backlogs);
  return [
    {
      name: 'chatgate_delivery_attempts_total',
      type: 'counter',
      help: 'Tries to deliver an event by outcome: delivered, refused (an answer other than 2xx), unreachable (none in time), blocked (the address is not allowed).',
      labels: ['outcome'],
      read: delivery.measured.tries.read,
    },
    {
      name: 'chatgate_delivery_attempt_seconds',
      type: 'histogram',
      help: 'How long destinations took to answer, or not to, in seconds.',
      distribution: delivery.measured.trySeconds,
    },
    {
      name: 'chatgate_destinations',
      type: 'gauge',
      help: 'Destinations by state: idle, delivering, failing, paused (nothing is tried for a while, because everything failed), off.',
      labels: ['state'],
      async read() {
        const states = (await backlogs()).map(({ state }) => state);
        return DESTINATION_STATES.map((state) =>
          labelled(state, states.filter((one) => one === state).length),
        );
      },
    },
    {
      name: 'chatgate_destination_waiting',
      type: 'gauge',
      help: 'Events on their way to a destination, those behind parked ones included. Counted up to 10,000.',
      labels: ['destination', 'name'],
      read: async () => (await backlogs()).map((one) => ofDestination(one, one.waiting)),
    },
    {
      name: 'chatgate_destination_parked',
      type: 'gauge',
      help: 'Events given up for a destination; each blocks its own conversation until a person retries or skips it. Counted up to 10,000.',
      labels: ['destination', 'name'],
      read: async () => (await backlogs()).map((one) => ofDestination(one, one.parked)),
    },
    {
      name: 'chatgate_destination_oldest_waiting_seconds',
      type: 'gauge',
      help: 'Age of the event that waits longest for a destination, in seconds; 0 when none does. Of the 100 oldest only.',
      labels: ['destination', 'name'],
      read: async () =>
        (await backlogs())
          .slice(0, MOST_AGES)
          .map((one) => ofDestination(one, one.oldestMs / 1_000)),
    },
  ];
}

function ofReplies({ outbound }: Parts): Measure[] {
  return [
    {
      name: 'chatgate_sends_total',
      type: 'counter',
      help: "Calls of Meta's Send API by how they ended (sent, retry, pause, token_refused, unknown, failed) and the class of Meta's error (none for sent, unreachable when there was no answer).",
      labels: ['outcome', 'class'],
      read: () =>
        outbound.sends
          .read()
          .map(({ labels: [word = ''], value }) => ({ labels: word.split(' '), value })),
    },
  ];
}

function ofDatabase({ db }: Parts): Measure[] {
  return [
    {
      name: 'chatgate_database_connections',
      type: 'gauge',
      help: 'Connections of the pool to PostgreSQL by what they do; `queued` are callers without one. Absent with the embedded database.',
      labels: ['state'],
      read: () => Object.entries(db.poolState() ?? {}).map(([state, n]) => labelled(state, n)),
    },
  ];
}

const ofDestination = ({ id, name }: { id: string; name: string }, value: number): Reading => ({
  labels: [id, name],
  value,
});

/** What is asked for again while it is being read, or within the same scrape, is read once. */
function shareBriefly<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined;
  return () => {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  };
}

const labelled = (label: string, value: number): Reading => ({ labels: [label], value });
const single = (value: number): Reading => ({ labels: [], value });
const fromMap = (counts: ReadonlyMap<string, number>) =>
  [...counts].map(([label, value]) => labelled(label, value));
