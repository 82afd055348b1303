/**
 * Every number an operator can watch: names, meanings and where each comes from. The modules count
 * in their own words; that Prometheus reads them is decided here. `docs/reference/metrics.md` and
 * the dashboard follow this table.
 */
import type { Attachments } from './modules/attachments/index.ts';
import type { Conversations } from './modules/conversations/index.ts';
import type { Ingest } from './modules/ingest/index.ts';
import type { Pages } from './modules/pages/index.ts';
import type { Database } from './platform/db/index.ts';
import type { Measure, Reading } from './platform/metrics/index.ts';

type Parts = {
  readonly db: Database;
  readonly ingest: Pick<Ingest, 'measured' | 'backlog'>;
  readonly conversations: Pick<Conversations, 'projected'>;
  readonly attachments: Pick<Attachments, 'outcomes' | 'backlog'>;
  readonly pages: Pick<Pages, 'healthCounts' | 'grantCounts'>;
};

export function createMeasures(parts: Parts): Measure[] {
  const { db, ingest, conversations, attachments, pages } = parts;
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
    {
      name: 'chatgate_database_connections',
      type: 'gauge',
      help: 'Connections of the pool to PostgreSQL by what they do; `queued` are callers without one. Absent with the embedded database.',
      labels: ['state'],
      read: () => Object.entries(db.poolState() ?? {}).map(([state, n]) => labelled(state, n)),
    },
  ];
}

const labelled = (label: string, value: number): Reading => ({ labels: [label], value });
const single = (value: number): Reading => ({ labels: [], value });
const fromMap = (counts: ReadonlyMap<string, number>) =>
  [...counts].map(([label, value]) => labelled(label, value));
