import { AppError } from '../../platform/errors.ts';
import type { AuditActor } from '../audit/index.ts';
import type { SaveDeps } from './deps.ts';
import { CONFIRMABLE, type Confirmations } from './set-up-lines.ts';
import { noteOnGateway } from './store.ts';
import { loadGateway } from './update-gateway.ts';

/** A person says that a line of *Set up at Meta* is done, or takes that back. */
export async function confirmLine(
  deps: SaveDeps,
  line: { id: string; key: string; confirmed: boolean; actor: AuditActor },
): Promise<void> {
  const { id, confirmed, actor } = line;
  const key = CONFIRMABLE.find((candidate) => candidate === line.key);
  if (!key) {
    throw new AppError('invalid', 'This line is ticked by evidence, not by a person.');
  }
  const row = await loadGateway(deps, id);
  const { [key]: _before, ...others }: Confirmations = JSON.parse(row.confirmations);
  const confirmations = confirmed
    ? { ...others, [key]: { at: deps.clock.now(), by: actor.name } }
    : others;
  await deps.db.transaction(async (tx) => {
    await noteOnGateway(tx, id, { confirmations: JSON.stringify(confirmations) });
    await deps.audit.record(tx, {
      actor,
      action: confirmed ? 'setup_line.confirmed' : 'setup_line.unconfirmed',
      subject: { kind: 'gateway', id, name: row.name },
      gatewayId: id,
      after: { line: key },
    });
  });
  deps.onChanged(id);
}
