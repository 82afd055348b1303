import type { Executor } from '../../../platform/db/index.ts';
import { personMay } from '../../auth/index.ts';
import type { InviteRow } from '../tables.ts';

/** Either is enough to add Pages, and so to ask somebody else to. */
export const MAY_CONNECT = ['create', 'edit'] as const;

/** Whether whoever made it may still connect Pages: an invite never does more than they. */
export async function isStillGiven(db: Executor, row: InviteRow): Promise<boolean> {
  return (
    row.created_by_id === null ||
    personMay(db, { id: row.created_by_id, section: 'gateways', anyOf: MAY_CONNECT })
  );
}
