import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LiveEvent } from '@chatgate/contract';
import { fastify } from 'fastify';
import { afterAll } from 'vitest';
import type { Database } from '../../../platform/db/index.ts';
import {
  createDiskStore,
  createStaging,
  type FileStore,
} from '../../../platform/file-store/index.ts';
import type { Api } from '../../../platform/http/api.ts';
import { handleErrors } from '../../../platform/http/errors.ts';
import { createIds } from '../../../platform/ids.ts';
import { silentLog } from '../../../platform/log.ts';
import { createOutgoingHttp } from '../../../platform/outgoing-http/index.ts';
import { systemRandom } from '../../../platform/random.ts';
import type { AuditEntry } from '../../audit/index.ts';
import { createAttachments } from '../index.ts';

export const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(100, 1)]);
const ACTOR = { kind: 'person', id: 'usr_1', name: 'Olena' } as const;

export type Bench = Awaited<ReturnType<typeof createBench>>;

/** Attachments on a real database and a real folder, asking a server of the test's own. */
export async function createBench(
  db: Database,
  options: { store?: FileStore; folder?: string; allow?: string[] } = {},
) {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'chatgate-attachments-'));
  const world: { answer: RequestListener; asked: { url: string; headers: object }[] } = {
    answer: (_request, response) => response.end(PNG),
    asked: [],
  };
  const server = createServer((request, response) => {
    world.asked.push({ url: request.url ?? '', headers: request.headers });
    world.answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const outgoing = createOutgoingHttp({ allow: options.allow ?? ['127.0.0.1'] });
  const time = { now: Date.now() };
  const clock = { now: () => time.now };
  const seen = { hints: [] as LiveEvent[], audited: [] as AuditEntry[] };
  const disk = createDiskStore(folder);
  const store = options.store ?? disk;
  const attachments = createAttachments({
    ...{ db, clock, log: silentLog, store, receive: outgoing.receive },
    ids: createIds({ clock, random: systemRandom }),
    audit: { record: async (_tx, ...entries) => void seen.audited.push(...entries) },
    live: { publish: (hint) => void seen.hints.push(hint) },
    staging: createStaging(join(folder, 'staging')),
    storeOf: (kind) => (kind === store.kind ? store : kind === 'disk' ? disk : undefined),
  });
  const app = fastify();
  handleErrors(app, { log: silentLog, undeclared: 'refuse' });
  app.addHook('onRequest', async (request) => {
    request.actor = { ...ACTOR } as never;
  });
  attachments.routes(app.withTypeProvider() as Api);
  await app.ready();
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await outgoing.close();
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });
  let counter = 0;
  const fileOf = async (messageId: string) =>
    (await attachments.filesOf(db.read, [messageId])).get(`${messageId} 0`);
  return {
    ...{ attachments, app, base, world, time, seen, folder, fileOf },
    fetcher: attachments.workers[0] as (typeof attachments.workers)[number],
    sweeper: attachments.workers[1] as (typeof attachments.workers)[number],
    /** Notes one file of a message of its own; gives the message's id. */
    async want(
      path: string,
      more: { kind?: string; title?: string; conversationId?: string } = {},
    ) {
      counter += 1;
      const messageId = `msg_${counter}_${Math.random().toString(36).slice(2)}`;
      await db.transaction((tx) =>
        attachments.keep(tx, [
          {
            ...{ gatewayId: 'gw_1', conversationId: more.conversationId ?? 'cv_1', messageId },
            ...{ position: 0, kind: more.kind ?? 'image', title: more.title ?? null },
            url: path.startsWith('/') ? `${base}${path}` : path,
          },
        ]),
      );
      return messageId;
    },
    /** Every file under the folder. */
    files: () =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => name),
  };
}
