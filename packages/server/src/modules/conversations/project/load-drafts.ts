import type { Executor } from '../../../platform/db/index.ts';
import type { EventRow } from '../../ingest/index.ts';
import type { ConversationsDeps } from '../types.ts';
import { type Interpretation, USER_REF } from './interpret.ts';
import { type Draft, timeOf } from './projection.ts';
import {
  type ConversationHead,
  insertContacts,
  insertConversations,
  type PersonKey,
  selectHeads,
} from './store.ts';

export function personKey(event: Pick<EventRow, 'gateway_id' | 'page_id'>, person: string): string {
  return `${event.gateway_id} ${event.page_id} ${person}`;
}

/** The conversation of every person in the batch, by `personKey`; made where there is none. */
export async function loadDrafts(
  deps: Pick<ConversationsDeps, 'db' | 'ids'>,
  tx: Executor,
  {
    accepted,
    now,
  }: { accepted: readonly { event: EventRow; interpretation: Interpretation }[]; now: number },
): Promise<Map<string, Draft>> {
  const people = new Map<string, PersonKey & { at: number }>();
  for (const { event, interpretation } of accepted) {
    if (interpretation) {
      const { gateway_id, page_id } = event;
      const psid = interpretation.person;
      people.set(personKey(event, psid), { gateway_id, page_id, psid, at: timeOf(event) });
    }
  }
  if (people.size === 0) {
    return new Map();
  }
  const heads = await selectHeads(deps.db, tx, [...people.values()]);
  const drafts = new Map(heads.map((head) => [personKey(head, head.psid), toDraft(head)]));
  const missing = [...people].filter(([key]) => !drafts.has(key)).map(([, person]) => person);
  if (missing.length > 0) {
    for (const head of await begin(deps, tx, { people: missing, now })) {
      drafts.set(personKey(head, head.psid), toDraft(head));
    }
  }
  return drafts;
}

function toDraft(head: ConversationHead): Draft {
  return { head: { ...head }, unreadAdded: 0, previewSearch: null };
}

async function begin(
  deps: Pick<ConversationsDeps, 'db' | 'ids'>,
  tx: Executor,
  { people, now }: { people: readonly (PersonKey & { at: number })[]; now: number },
): Promise<ConversationHead[]> {
  const begun = people.map((person) => ({
    ...person,
    contactId: deps.ids.next('ct'),
    id: deps.ids.next('cv'),
  }));
  await insertContacts(
    deps.db,
    tx,
    begun.map(({ contactId, gateway_id, page_id, psid }) => {
      // Facebook tells nothing about somebody who has no PSID yet.
      const isReadable = !psid.startsWith(USER_REF);
      return {
        ...{ id: contactId, gateway_id, page_id, psid, created_at: now },
        profile: isReadable ? 'pending' : 'not_shared',
        profile_next_at: isReadable ? now : null,
      };
    }),
  );
  await insertConversations(
    deps.db,
    tx,
    begun.map(({ id, contactId, gateway_id, page_id, at }) => ({
      ...{ id, contact_id: contactId, gateway_id, page_id },
      ...{ last_message_at: at, created_at: now },
    })),
  );
  return begun.map(({ id, gateway_id, page_id, psid, at }) => ({
    ...{ id, gateway_id, page_id, psid, seq: 0, last_message_at: at, last_message_id: null },
    ...{ last_customer_at: null, delivered_up_to: null, read_up_to: null },
  }));
}
