/**
 * Attachments: the files of messages are fetched once, kept, and served to those who may read the
 * conversation.
 *
 * Owns the tables `attachment` and `attachment_removal`. Guarantees: a message never waits for its
 * files; nothing of ours goes with a request to an address from a payload; two replicas fetch
 * together and never write the same file; a file that is not recorded, or whose row is erased, is
 * removed; nothing but a picture that is one by its bytes is shown in place. `keep` and `erase`
 * work inside the caller's transaction.
 */
import type { AttachmentFile } from '@chatgate/contract';
import type { Executor } from '../../platform/db/index.ts';
import type { Api } from '../../platform/http/api.ts';
import { createTally, type Tally } from '../../platform/metrics/index.ts';
import type { Worker } from '../../platform/worker.ts';
import type { AttachmentsDeps } from './deps.ts';
import { createFetcher } from './fetcher.ts';
import { registerRoutes } from './routes.ts';
import { showFile } from './show-file.ts';
import { erase, findOfMessages, insertAttachments, readBacklog, STATES } from './store.ts';
import { createSweeper } from './sweeper.ts';

/** One attachment of a message that was just stored. */
export type WantedFile = {
  readonly gatewayId: string;
  readonly conversationId: string;
  readonly messageId: string;
  /** Place among the attachments of the message, from 0. */
  readonly position: number;
  readonly kind: string;
  readonly url: string;
  readonly title: string | null;
};

export type Attachments = {
  routes: (api: Api) => void;
  workers: readonly Worker[];
  /** Notes what is to be fetched. Kinds that are no files (links, places, templates) are left out. */
  keep: (tx: Executor, wanted: readonly WantedFile[]) => Promise<void>;
  /** Something may be due: a hint, after the commit. */
  wake: () => void;
  /** By `messageId position`. */
  filesOf: (
    db: Executor,
    messageIds: readonly string[],
  ) => Promise<ReadonlyMap<string, AttachmentFile>>;
  /** Ends the attachments of messages or conversations; their files follow within a minute. */
  erase: (
    tx: Executor,
    which:
      | { readonly messageIds: readonly string[] }
      | { readonly conversationIds: readonly string[] },
  ) => Promise<number>;
  /** Fetches by how they ended, since this process began. */
  readonly outcomes: Tally;
  backlog: () => Promise<{ pending: number; removals: number; oldestMs: number }>;
};

/** Everything else has no link, or one that leads to a web page. */
const FETCHED = new Set(['image', 'audio', 'video', 'file', 'sticker', 'reel', 'ig_reel']);

export function createAttachments(deps: AttachmentsDeps): Attachments {
  const { db, clock, ids } = deps;
  const outcomes = createTally([...STATES.filter((state) => state !== 'pending'), 'retried']);
  const fetcher = createFetcher(deps, outcomes);
  const sweeper = createSweeper(deps);
  return {
    routes: (api) => registerRoutes(api, { ...deps, onDue: fetcher.wake }),
    workers: [fetcher, sweeper],
    wake: fetcher.wake,
    outcomes,
    backlog: () => readBacklog(db.read, clock.now()),
    async keep(tx, wanted) {
      const rows = wanted
        .filter(({ kind }) => FETCHED.has(kind))
        .map((file) => ({
          id: ids.next('att'),
          gateway_id: file.gatewayId,
          conversation_id: file.conversationId,
          message_id: file.messageId,
          ...{ position: file.position, kind: file.kind, url: file.url, title: file.title },
          created_at: clock.now(),
        }));
      if (rows.length > 0) {
        await insertAttachments(db, tx, rows);
      }
    },
    async filesOf(executor, messageIds) {
      const rows = await findOfMessages(executor, messageIds);
      return new Map(rows.map((row) => [`${row.message_id} ${row.position}`, showFile(row)]));
    },
    async erase(tx, which) {
      const [column, all] =
        'messageIds' in which
          ? (['message_id', which.messageIds] as const)
          : (['conversation_id', which.conversationIds] as const);
      return all.length === 0 ? 0 : erase(tx, { column, ids: all, now: clock.now() });
    },
  };
}
