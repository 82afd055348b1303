import { AppError } from '../../../platform/errors.ts';
import type { ChangeDeps } from '../deps.ts';
import type { DestinationRow } from './store.ts';

/**
 * The address as it is stored. Refused is what would be refused when it is connected to, with what
 * its name means now; a name that nobody knows yet may be known tomorrow.
 */
export async function readUrl(
  deps: Pick<ChangeDeps, 'outgoing' | 'nats'>,
  { kind, url }: { kind: 'http' | 'nats'; url?: string | undefined },
): Promise<string | null> {
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
  const verdict = await deps.outgoing.resolveUrl(url, RESOLVE_WITHIN_MS);
  if (verdict.kind === 'refused' && verdict.reason !== 'unknown_name') {
    throw new AppError('address_refused', 'Chatgate does not call this address.', {
      details: { reason: verdict.reason },
    });
  }
  return new URL(url).href;
}

const RESOLVE_WITHIN_MS = 3_000;

type Filter = {
  gatewayId?: string | null | undefined;
  pageIds?: readonly string[] | undefined;
  eventTypes?: readonly string[] | undefined;
};

/**
 * Which events a destination takes. A gateway must exist and a Page must be known to it; those that
 * a destination has already are left alone, because a Page may have been removed since.
 */
export async function readFilter(
  deps: Pick<ChangeDeps, 'db' | 'gateways' | 'pages'>,
  body: Filter,
  row?: Pick<DestinationRow, 'gateway_id' | 'page_ids' | 'event_types'>,
): Promise<Pick<DestinationRow, 'gateway_id' | 'page_ids' | 'event_types'>> {
  const before = { gatewayId: row?.gateway_id ?? null, ...readLists(row) };
  const gatewayId = body.gatewayId === undefined ? before.gatewayId : body.gatewayId;
  const { pageIds = before.pageIds, eventTypes = before.eventTypes } = body;
  if (gatewayId === null && pageIds.length > 0) {
    throw new AppError('invalid', 'Pages can be named only together with their gateway.');
  }
  const isSameGateway = gatewayId === before.gatewayId;
  if (gatewayId !== null) {
    if (!isSameGateway) {
      await deps.gateways.assertExists(gatewayId);
    }
    const had = new Set(isSameGateway ? before.pageIds : []);
    await assertKnown(deps, { gatewayId, pageIds: pageIds.filter((id) => !had.has(id)) });
  }
  return {
    gateway_id: gatewayId,
    page_ids: JSON.stringify(pageIds),
    event_types: JSON.stringify(eventTypes),
  };
}

function readLists(row: Pick<DestinationRow, 'page_ids' | 'event_types'> | undefined): {
  pageIds: readonly string[];
  eventTypes: readonly string[];
} {
  return row
    ? { pageIds: JSON.parse(row.page_ids), eventTypes: JSON.parse(row.event_types) }
    : { pageIds: [], eventTypes: [] };
}

async function assertKnown(
  { db, pages }: Pick<ChangeDeps, 'db' | 'pages'>,
  { gatewayId, pageIds }: { gatewayId: string; pageIds: readonly string[] },
): Promise<void> {
  if (pageIds.length === 0) {
    return;
  }
  const known = await pages.receivingOf(db.read, gatewayId, pageIds);
  const unknown = pageIds.filter((id) => known.get(id)?.known !== true);
  if (unknown.length > 0) {
    throw new AppError('invalid', `The gateway knows no Page ${unknown.slice(0, 5).join(', ')}.`, {
      details: { pageIds: unknown },
    });
  }
}
