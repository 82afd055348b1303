import type { SetUpLine } from '@chatgate/contract';
import { put } from '../../../shared/api/http.ts';

export function confirmSetUpLine(
  id: string,
  { key, confirmed }: { key: SetUpLine['key']; confirmed: boolean },
): Promise<void> {
  return put(`/gateways/${encodeURIComponent(id)}/setup/${key}`, { confirmed });
}
