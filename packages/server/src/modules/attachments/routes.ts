import { AttachmentFile } from '@chatgate/contract';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { AppError } from '../../platform/errors.ts';
import type { Access, Api } from '../../platform/http/api.ts';
import type { AttachmentsDeps } from './deps.ts';
import { serveFile } from './serve-file.ts';
import { showFile } from './show-file.ts';
import { findAttachment, makeDue } from './store.ts';

const READ: Access = { section: 'conversations', anyOf: ['read'] };
const Id = Type.Object({ id: Type.String({ maxLength: 64 }) });

export function registerRoutes(api: Api, deps: AttachmentsDeps & { onDue: () => void }): void {
  api.get(
    '/attachments/:id',
    {
      config: { access: READ },
      schema: {
        summary: 'The file of an attachment',
        description:
          'Pictures (PNG, JPEG, GIF, WebP) are shown in place, everything else is for saving. Ranges are answered. 404 while it is not stored.',
        tags: ['Conversations'],
        params: Id,
        errors: ['not_found'],
      },
    },
    (request, reply) => serveFile(deps, { id: request.params.id, request, reply }),
  );
  api.post(
    '/attachments/:id/retry',
    {
      config: { access: READ },
      schema: {
        summary: 'Fetch an attachment again',
        description: 'Nothing happens to one that is stored.',
        tags: ['Conversations'],
        params: Id,
        response: { 200: AttachmentFile },
        errors: ['not_found'],
      },
    },
    (request) => retry(deps, request.params.id, request),
  );
}

async function retry(
  deps: AttachmentsDeps & { onDue: () => void },
  id: string,
  { actor }: FastifyRequest,
): Promise<AttachmentFile> {
  const { db, clock, audit } = deps;
  const row = await db.transaction(async (tx) => {
    const before = await findAttachment(tx, id);
    const due = await makeDue(tx, { id, now: clock.now() });
    if (before && due && actor) {
      await audit.record(tx, {
        actor,
        action: 'attachment.retried',
        subject: { kind: 'attachment', id, name: before.kind },
        gatewayId: before.gateway_id,
        before: { state: before.state, reason: before.reason },
      });
    }
    return due ?? before;
  });
  if (!row) {
    throw new AppError('not_found', 'No such attachment.');
  }
  deps.onDue();
  return showFile(row);
}
