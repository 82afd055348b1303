import type { PageFinding } from '@chatgate/contract';
import { get } from '../../shared/api/http.ts';

export function findPage(gatewayId: string, page: string): Promise<PageFinding> {
  return get(`/gateways/${encodeURIComponent(gatewayId)}/find-page`, { query: { page } });
}
