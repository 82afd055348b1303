import { remove } from '../../../shared/api/http.ts';

/** *Remove it for everyone*: ends every account's grant of the Page. */
export function removePage(gatewayId: string, pageId: string): Promise<void> {
  return remove(`/gateways/${encodeURIComponent(gatewayId)}/pages/${encodeURIComponent(pageId)}`);
}
