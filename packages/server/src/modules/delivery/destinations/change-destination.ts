import type { CreateDestination, UpdateDestination } from '@chatgate/contract';
import { AppError } from '../../../platform/errors.ts';
import type { Secret } from '../../../platform/secret.ts';
import type { AuditActor } from '../../audit/index.ts';
import type { ChangeDeps } from '../deps.ts';
import { restartWaiting } from '../queue/restart-waiting.ts';
import { newSecret, newSigningKey } from '../send/sign.ts';
import { createKeys } from './keys.ts';
import {
  type DestinationRow,
  findDestination,
  insertDestination,
  markDeleted,
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
  const url = readUrl(deps, body);
  const filter = readFilter(body);
  if (filter.gateway_id !== null) {
    await deps.gateways.assertExists(filter.gateway_id);
  }
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
  deps.live.publish({ type: 'destination.changed', destinationId: id });
  deps.wake();
}

/** A new secret; the one before goes on signing beside it for a day. */
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
  deps.live.publish({ type: 'destination.changed', destinationId: id });
  return secret;
}

export async function deleteDestination(
  deps: ChangeDeps,
  { id, actor }: { id: string; actor: AuditActor },
): Promise<void> {
  const row = await loadDestination(deps, id);
  await deps.db.transaction(async (tx) => {
    await markDeleted(tx, { id, at: deps.clock.now() });
    await deps.audit.record(tx, {
      actor,
      action: 'destination.deleted',
      subject: { kind: 'destination', id, name: row.name },
      gatewayId: row.gateway_id,
      before: audited(row),
    });
  });
  deps.live.publish({ type: 'destination.changed', destinationId: id });
}

async function changedColumns(
  deps: ChangeDeps,
  row: DestinationRow,
  body: UpdateDestination,
): Promise<{ set: Partial<DestinationRow>; isFresh: boolean }> {
  const now = deps.clock.now();
  const filter = readFilter({
    gatewayId: body.gatewayId === undefined ? row.gateway_id : body.gatewayId,
    pageIds: body.pageIds ?? JSON.parse(row.page_ids),
    eventTypes: body.eventTypes ?? JSON.parse(row.event_types),
  });
  if (filter.gateway_id !== null && filter.gateway_id !== row.gateway_id) {
    await deps.gateways.assertExists(filter.gateway_id);
  }
  const url =
    body.url === undefined || body.url === row.url
      ? row.url
      : readUrl(deps, { kind: row.kind, url: body.url });
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

function readUrl(
  deps: Pick<ChangeDeps, 'outgoing' | 'nats'>,
  { kind, url }: { kind: 'http' | 'nats'; url?: string | undefined },
): string | null {
  if (kind === 'nats') {
    if (url !== undefined) {
      throw new AppError('invalid', 'A NATS destination has no URL: NATS_URL says where it is.');
    }
    if (!deps.nats) {
      throw new AppError('nats_not_configured', 'NATS_URL is not set on this installation.');
    }
    return null;
  }
  if (url === undefined) {
    throw new AppError('invalid', 'An HTTP destination needs a URL.');
  }
  const verdict = deps.outgoing.checkUrl(url);
  if (verdict.kind === 'refused') {
    throw new AppError('address_refused', 'Chatgate does not call this address.', {
      details: { reason: verdict.reason },
    });
  }
  return new URL(url).href;
}

function readFilter(body: {
  gatewayId?: string | null | undefined;
  pageIds?: readonly string[] | undefined;
  eventTypes?: readonly string[] | undefined;
}): Pick<DestinationRow, 'gateway_id' | 'page_ids' | 'event_types'> {
  const { gatewayId = null, pageIds = [], eventTypes = [] } = body;
  if (gatewayId === null && pageIds.length > 0) {
    throw new AppError('invalid', 'Pages can be named only together with their gateway.');
  }
  return {
    gateway_id: gatewayId,
    page_ids: JSON.stringify(pageIds),
    event_types: JSON.stringify(eventTypes),
  };
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

/** What the audit log may say: no keys. */
function audited(row: DestinationRow) {
  return {
    name: row.name,
    kind: row.kind,
    url: row.url,
    gatewayId: row.gateway_id,
    pageIds: JSON.parse(row.page_ids),
    eventTypes: JSON.parse(row.event_types),
    enabled: row.enabled === 1,
  };
}

function changedMeanwhile(): AppError {
  return new AppError('conflict', 'The destination was changed meanwhile. Load it again.');
}
