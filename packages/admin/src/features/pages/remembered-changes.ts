import { isRecord, textOf } from '../../shared/api/api-error.ts';
import type { Change, Changes } from './changes.ts';

// Unsaved switches outlive a reload, the log-in within this tab, and the end of the session.
const key = (gatewayId: string) => `chatgate.unsaved.${gatewayId}`;

export function rememberChanges(gatewayId: string, changes: Changes): void {
  const list = Object.values(changes);
  if (list.length === 0) sessionStorage.removeItem(key(gatewayId));
  else sessionStorage.setItem(key(gatewayId), JSON.stringify(list));
}

export function recallChanges(gatewayId: string): Changes {
  const stored = sessionStorage.getItem(key(gatewayId));
  return stored === null ? {} : parseChanges(stored);
}

/** From what was stored to changes; whatever does not read as one is dropped. */
export function parseChanges(text: string): Changes {
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list)) return {};
  const changes = list.map(toChange).filter((change) => change !== undefined);
  return Object.fromEntries(changes.map((change) => [change.pageId, change]));
}

function toChange(value: unknown): Change | undefined {
  if (!isRecord(value)) return undefined;
  const pageId = textOf(value['pageId']);
  const { receiving, version, wantedThen, changedThen } = value;
  if (pageId === undefined || typeof receiving !== 'boolean') return undefined;
  if (typeof version !== 'number' || typeof wantedThen !== 'boolean') return undefined;
  const name = textOf(value['name']) ?? pageId;
  return {
    pageId,
    name,
    receiving,
    version,
    wantedThen,
    changedThen: typeof changedThen === 'number' ? changedThen : null,
    status: 'marked',
  };
}
