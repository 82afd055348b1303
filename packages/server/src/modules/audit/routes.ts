import { Readable } from 'node:stream';
import { AuditChoices, AuditFilter, AuditList, ListAudit } from '@chatgate/contract';
import type { Clock } from '../../platform/clock.ts';
import { type Database, decodeCursor } from '../../platform/db/index.ts';
import type { Access, Api } from '../../platform/http/api.ts';
import { choices, exportCsv, list } from './read.ts';

const READ: Access = { section: 'audit', anyOf: ['read'] };
const LIST_LIMIT = 50;

export function registerRoutes(api: Api, { db, clock }: { db: Database; clock: Clock }): void {
  api.get(
    '/audit',
    {
      config: { access: READ },
      schema: {
        summary: 'Who changed what, newest first',
        description: 'Every change by whom, from where, to what, before and after.',
        tags: ['Audit log'],
        querystring: ListAudit,
        response: { 200: AuditList },
      },
    },
    async ({ query: { cursor, limit, ...filter } }) => {
      const [below] = cursor === undefined ? [] : decodeCursor(cursor, ['number']);
      return list(db.read, { filter, below, limit: limit ?? LIST_LIMIT });
    },
  );

  api.get(
    '/audit/choices',
    {
      config: { access: READ },
      schema: {
        summary: 'What the audit log can be filtered by',
        tags: ['Audit log'],
        response: { 200: AuditChoices },
      },
    },
    async () => choices(db.read),
  );

  api.get(
    '/audit/export',
    {
      config: { access: READ },
      schema: {
        summary: 'The audit log as CSV',
        description:
          'RFC 4180, UTF-8, newest first. A field that a spreadsheet would run as a formula begins with an apostrophe.',
        tags: ['Audit log'],
        querystring: AuditFilter,
      },
    },
    async ({ query }, reply) => {
      const day = new Date(clock.now()).toISOString().slice(0, 10);
      return reply
        .type('text/csv; charset=utf-8; header=present')
        .header('content-disposition', `attachment; filename="chatgate-audit-${day}.csv"`)
        .send(Readable.from(exportCsv(db.read, query), { objectMode: false }));
    },
  );
}
