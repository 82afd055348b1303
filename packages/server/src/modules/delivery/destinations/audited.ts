import type { DestinationRow } from './store.ts';

/** What the audit log may say: no keys. */
export function audited(row: DestinationRow) {
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
