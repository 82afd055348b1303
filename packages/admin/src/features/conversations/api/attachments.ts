import type { AttachmentFile } from '@chatgate/contract';
import { post } from '../../../shared/api/http.ts';

/** Has a file that could not be kept fetched once more. */
export function fetchAgain(id: string): Promise<AttachmentFile> {
  return post<AttachmentFile>(`/attachments/${encodeURIComponent(id)}/retry`, {});
}
