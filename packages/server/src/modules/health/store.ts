import type { Database, Executor } from '../../platform/db/index.ts';

type RoundRow = {
  gateway_id: string;
  /** The check has come to this Page; empty at the beginning. */
  after_page_id: string;
  began_at: number;
  next_at: number;
  claim: string | null;
  claimed_until: number | null;
};
const tables = (db: Executor) => db.withTables<{ health_round: RoundRow }>();

/** Gateways that are not in the table begin their first round at `at`. */
export async function addRounds(
  tx: Executor,
  { gatewayIds, at }: { gatewayIds: readonly string[]; at: number },
): Promise<void> {
  for (const gateway_id of gatewayIds) {
    await tables(tx)
      .insertInto('health_round')
      .values({
        gateway_id,
        after_page_id: '',
        began_at: at,
        next_at: at,
        claim: null,
        claimed_until: null,
      })
      .onConflict((conflict) => conflict.column('gateway_id').doNothing())
      .execute();
  }
}

/** Hides the round from other processes until the lease runs out; a dead one's is taken again. */
export async function claimRound(
  db: Database,
  tx: Executor,
  { now, leaseMs, claim }: { now: number; leaseMs: number; claim: string },
): Promise<RoundRow | undefined> {
  const round = await db
    .skipLocked(
      tables(tx)
        .selectFrom('health_round')
        .selectAll()
        .where('next_at', '<=', now)
        .where((eb) => eb.or([eb('claimed_until', 'is', null), eb('claimed_until', '<=', now)]))
        .orderBy('next_at')
        .limit(1),
    )
    .executeTakeFirst();
  if (round) {
    await tables(tx)
      .updateTable('health_round')
      .set({ claim, claimed_until: now + leaseMs })
      .where('gateway_id', '=', round.gateway_id)
      .execute();
  }
  return round;
}

export async function settleRound(
  tx: Executor,
  round: Pick<RoundRow, 'gateway_id' | 'after_page_id' | 'began_at' | 'next_at'> & {
    claim: string;
  },
): Promise<void> {
  const { gateway_id, claim, ...columns } = round;
  await tables(tx)
    .updateTable('health_round')
    .set({ ...columns, claim: null, claimed_until: null })
    .where('gateway_id', '=', gateway_id)
    .where('claim', '=', claim)
    .execute();
}
