import { createHmac } from 'node:crypto';
import type { PagesDeps } from '../deps.ts';

/** What is kept of an erased account: the same for the same account, and no way back to it. */
export const hashOfPerson = (
  { erasureKey }: Pick<PagesDeps, 'erasureKey'>,
  { gatewayId, accountId }: { gatewayId: string; accountId: string },
): string =>
  createHmac('sha256', erasureKey)
    .update(JSON.stringify([gatewayId, accountId]))
    .digest('base64url');
