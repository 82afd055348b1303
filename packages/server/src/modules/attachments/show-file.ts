import type { AttachmentFile } from '@chatgate/contract';
import type { AttachmentRow } from './store.ts';

export function showFile(row: AttachmentRow): AttachmentFile {
  const isStored = row.state === 'stored';
  return {
    id: row.id,
    state: row.state,
    reason: row.reason,
    url: isStored ? `/api/v1/attachments/${row.id}` : null,
    name: row.name,
    bytes: row.bytes,
    mediaType: row.media_type,
    shown: row.shown,
    nextTryAt: row.state === 'pending' ? row.next_at : null,
  };
}
