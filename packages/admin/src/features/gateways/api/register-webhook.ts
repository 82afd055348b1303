import type { Gateway } from '@chatgate/contract';
import { post } from '../../../shared/api/http.ts';

/** *Try again*: registers the app-level webhook at Meta once more. */
export function registerWebhook(id: string): Promise<Gateway> {
  return post(`/gateways/${encodeURIComponent(id)}/webhook`, {});
}
