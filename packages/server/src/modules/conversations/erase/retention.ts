import type { ConversationsDeps, Retention } from '../types.ts';
import { erasePerson, type TellErased } from './erase-person.ts';
import { selectQuiet } from './store.ts';

const DAY_MS = 86_400_000;
const EVENTS_AT_ONCE = 500;
const CONVERSATIONS_AT_ONCE = 20;

/**
 * Erases what a gateway no longer keeps: raw events, and conversations where a gateway says so. A
 * message stays readable without its event. Gives how much was found; small, so that nobody waits.
 */
export function createRetention(deps: ConversationsDeps & { readonly onErased: TellErased }) {
  const { db, clock, ingest, onErased } = deps;

  async function eraseEvents({ gatewayId, keepEventsDays }: Retention): Promise<number> {
    const before = clock.now() - keepEventsDays * DAY_MS;
    return db.transaction(async (tx) => {
      const eventIds = await ingest.eraseOld(tx, { gatewayId, before, limit: EVENTS_AT_ONCE });
      if (eventIds.length > 0) {
        await onErased(tx, { kind: 'events', eventIds });
      }
      return eventIds.length;
    });
  }

  async function eraseConversations(retention: Retention): Promise<number> {
    const { gatewayId, keepConversationsDays: days } = retention;
    if (days === null) {
      return 0;
    }
    const quiet = await selectQuiet(db.read, {
      gatewayId,
      before: clock.now() - days * DAY_MS,
      limit: CONVERSATIONS_AT_ONCE,
    });
    for (const conversationId of quiet) {
      // Somebody else may have been first.
      await erasePerson(deps, { conversationId, actor: 'retention' }).catch(ignoreGone);
    }
    return quiet.length;
  }

  return async function step(): Promise<number> {
    let found = 0;
    for (const retention of await deps.gateways.retentions()) {
      found += await eraseEvents(retention);
      found += await eraseConversations(retention);
    }
    return found;
  };
}

function ignoreGone(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'not_found')) {
    throw error;
  }
}
