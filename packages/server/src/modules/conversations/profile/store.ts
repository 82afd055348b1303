import { sql } from 'kysely';
import type { Database, Executor } from '../../../platform/db/index.ts';

type ContactRow = {
  id: string;
  gateway_id: string;
  page_id: string;
  psid: string;
  name: string | null;
  name_search: string;
  picture_url: string | null;
  profile: 'pending' | 'known' | 'not_shared' | 'failed';
  profile_attempts: number;
  profile_next_at: number | null;
  profile_claim: string | null;
};

type Tables = { contact: ContactRow; conversation: { id: string; contact_id: string } };

export type ClaimedContact = Pick<
  ContactRow,
  'id' | 'gateway_id' | 'page_id' | 'psid' | 'profile_attempts'
>;

/**
 * Takes up to `limit` contacts whose profile is due and hides them until the lease runs out. A
 * reader that dies meanwhile causes a second reading, never a contact that is forgotten.
 */
export async function claimDueProfiles(
  db: Database,
  tx: Executor,
  { limit, now, leaseMs, claim }: { limit: number; now: number; leaseMs: number; claim: string },
): Promise<ClaimedContact[]> {
  const due = await db
    .skipLocked(
      tx
        .withTables<Tables>()
        .selectFrom('contact')
        .select('id')
        .where('profile_next_at', 'is not', null)
        .where('profile_next_at', '<=', now)
        .orderBy('profile_next_at')
        .limit(limit),
    )
    .execute();
  if (due.length === 0) {
    return [];
  }
  return tx
    .withTables<Tables>()
    .updateTable('contact')
    .set({
      profile_claim: claim,
      profile_next_at: now + leaseMs,
      profile_attempts: sql`profile_attempts + 1`,
    })
    .where(
      'id',
      'in',
      due.map(({ id }) => id),
    )
    .returning(['id', 'gateway_id', 'page_id', 'psid', 'profile_attempts'])
    .execute();
}

export type ProfileOutcome = Pick<ContactRow, 'name' | 'picture_url' | 'profile_next_at'> & {
  profile: 'known' | 'not_shared' | 'failed';
};

/** Writes what was read, unless somebody else claimed the contact meanwhile. */
export async function settleProfile(
  tx: Executor,
  { id, claim }: { id: string; claim: string },
  outcome: ProfileOutcome,
): Promise<boolean> {
  const settled = await tx
    .withTables<Tables>()
    .updateTable('contact')
    .set({ ...outcome, name_search: outcome.name?.toLowerCase() ?? '', profile_claim: null })
    .where('id', '=', id)
    .where('profile_claim', '=', claim)
    .returning('id')
    .executeTakeFirst();
  return settled !== undefined;
}

export async function findConversationOf(
  db: Executor,
  contactId: string,
): Promise<string | undefined> {
  const row = await db
    .withTables<Tables>()
    .selectFrom('conversation')
    .select('id')
    .where('contact_id', '=', contactId)
    .executeTakeFirst();
  return row?.id;
}
