import type { CreateDestination, UpdateDestination } from '@chatgate/contract';
import { AppError } from '../../../platform/errors.ts';
import type { Secret } from '../../../platform/secret.ts';
import type { AuditActor } from '../../audit/index.ts';
import type { ChangeDeps } from '../deps.ts';
import { restartWaiting } from '../queue/restart-waiting.ts';
import { newSecret, newSigningKey } from '../send/sign.ts';
import { audited } from './audited.ts';
import { createKeys } from './keys.ts';
import { readFilter, readUrl } from './read-body.ts';
import {
  type DestinationRow,
  findDestination,
  insertDestination,
  updateDestination,
} from './store.ts';

/** How long the secret before the current one still signs. */
const OVERLAP_MS = 86_400_000;

/** Throws `not_found` for an unknown or deleted destination. */
export async function loadDestination(
  { db }: Pick<ChangeDeps, 'db'>,
  id: string,
): Promise<DestinationRow> {
  const row = await findDestination(db.read, id);
  if (!row) {
    throw new AppError('not_found', 'There is no such destination.');
  }
  return row;
}

/** Gives the secret as well, which is readable only now. */
export async function createDestination(
  deps: ChangeDeps,
  body: CreateDestination,
  actor: AuditActor,
): Promise<{ id: string; secret: Secret | null }> {
  const url = await readUrl(deps, body);
  const filter = await readFilter(deps, body);
  const id = deps.ids.next('dst');
  const now = deps.clock.now();
  const { secret, columns } = newKeys(deps, { id, kind: body.kind, now });
  const enabled = body.enabled ?? true;
  const row: DestinationRow = {
    ...{ id, name: body.name, sort_name: body.name.toLowerCase(), kind: body.kind, url },
    ...{ ...filter, ...columns, ...switched(enabled, now) },
    ...{ failing_since: null, failures: 0, problem: null, paused_until: null, pauses: 0 },
    ...{ version: 1, created_at: now, updated_at: now, deleted_at: null },
  };
  await deps.db.transaction(async (tx) => {
    await insertDestination(tx, row);
    await deps.audit.record(tx, {
      actor,
      action: 'destination.created',
      subject: { kind: 'destination', id, name: row.name },
      gatewayId: row.gateway_id,
      after: audited(row),
    });
  });
  deps.live.publish({ type: 'destination.changed', destinationId: id });
  return { id, secret };
}

export async function changeDestination(
  deps: ChangeDeps,
  { id, body, actor }: { id: string; body: UpdateDestination; actor: AuditActor },
): Promise<void> {
  const row = await loadDestination(deps, id);
  if (row.version !== body.version) {
    throw changedMeanwhile();
  }
  const { set, isFresh } = await changedColumns(deps, row, body);
  const changed = { ...row, ...set };
  await deps.db.transaction(async (tx) => {
    if (isFresh) {
      await restartWaiting(deps.db, tx, { destinationId: id, now: await deps.sharedTime(tx) });
    }
    if (!(await updateDestination(tx, { id, version: body.version, set }))) {
      throw changedMeanwhile();
    }
    await deps.audit.record(tx, {
      actor,
      action: 'destination.changed',
      subject: { kind: 'destination', id, name: changed.name },
      gatewayId: changed.gateway_id,
      before: audited(row),
      after: audited(changed),
    });
  });
  deps.changed(id, body.version + 1);
}

/**
 * A new secret; the one before goes on signing beside it for a day. Two sign at most, so that a
 * secret in wrong hands can be ended at once, by two rotations.
 */
export async function rotateSecret(
  deps: ChangeDeps,
  { id, actor }: { id: string; actor: AuditActor },
): Promise<Secret> {
  const row = await loadDestination(deps, id);
  const keys = createKeys(deps.seal);
  const current = keys.open(row, 'secret');
  if (!current) {
    throw new AppError('invalid', 'NATS destinations are not signed and have no secret.');
  }
  const secret = newSecret(deps.random);
  const now = deps.clock.now();
  await deps.db.transaction(async (tx) => {
    const set = {
      secret: keys.seal(id, 'secret', secret),
      secret_changed_at: now,
      previous_secret: keys.seal(id, 'previous_secret', current),
      previous_secret_until: now + OVERLAP_MS,
      updated_at: now,
    };
    if (!(await updateDestination(tx, { id, version: row.version, set }))) {
      throw changedMeanwhile();
    }
    await deps.audit.record(tx, {
      actor,
      action: 'destination.secret_rotated',
      subject: { kind: 'destination', id, name: row.name },
      gatewayId: row.gateway_id,
    });
  });
  deps.changed(id, row.version + 1);
  return secret;
}

async function changedColumns(
  deps: ChangeDeps,
  row: DestinationRow,
  body: UpdateDestination,
): Promise<{ set: Partial<DestinationRow>; isFresh: boolean }> {
  const now = deps.clock.now();
  const filter = await readFilter(deps, body, row);
  const url =
    body.url === undefined || body.url === row.url
      ? row.url
      : await readUrl(deps, { kind: row.kind, url: body.url });
  const isSwitched = body.enabled !== undefined && body.enabled !== (row.enabled === 1);
  // Another address, or a person who says it works now: what failed before says nothing.
  const isFresh = url !== row.url || (isSwitched && body.enabled === true);
  const set = {
    ...filter,
    url,
    ...(body.name === undefined ? {} : { name: body.name, sort_name: body.name.toLowerCase() }),
    ...(isSwitched ? switched(body.enabled === true, now) : {}),
    ...(isFresh
      ? { failing_since: null, failures: 0, problem: null, paused_until: null, pauses: 0 }
      : {}),
    updated_at: now,
  };
  return { set, isFresh };
}

function newKeys(
  deps: Pick<ChangeDeps, 'seal' | 'random'>,
  { id, kind, now }: { id: string; kind: 'http' | 'nats'; now: number },
) {
  const none = { previous_secret: null, previous_secret_until: null };
  if (kind === 'nats') {
    const columns = { secret: null, secret_changed_at: null, signing_key: null, public_key: null };
    return { secret: null, columns: { ...none, ...columns } };
  }
  const keys = createKeys(deps.seal);
  const secret = newSecret(deps.random);
  const { privateKey, publicKey } = newSigningKey(deps.random);
  return {
    secret,
    columns: {
      ...none,
      secret: keys.seal(id, 'secret', secret),
      secret_changed_at: now,
      signing_key: keys.seal(id, 'signing_key', privateKey),
      public_key: publicKey,
    },
  };
}

function switched(
  enabled: boolean,
  now: number,
): Pick<DestinationRow, 'enabled' | 'disabled_reason' | 'disabled_at'> {
  return enabled
    ? { enabled: 1, disabled_reason: null, disabled_at: null }
    : { enabled: 0, disabled_reason: 'person', disabled_at: now };
}

function changedMeanwhile(): AppError {
  return new AppError('conflict', 'The destination was changed meanwhile. Load it again.');
}
