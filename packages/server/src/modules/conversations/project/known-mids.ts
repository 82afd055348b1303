import type { Executor } from '../../../platform/db/index.ts';
import type { EventRow } from '../../ingest/index.ts';
import type { ConversationsDeps } from '../types.ts';
import type { Interpretation, Meaning } from './interpret.ts';
import { personKey } from './load-drafts.ts';
import type { Draft } from './projection.ts';
import { type MessageKey, selectKnownMids } from './store.ts';

export type KnownMids = {
  /** Messages that were taken back before they, or their edits, arrived. */
  readonly takenBack: readonly MessageKey[];
  /** Conversations of messages of which an edit is here. */
  readonly edited: readonly string[];
  /**
   * Events whose message the conversation has from another event. Ingest tells copies by time and
   * `mid`; a `mid` that comes again with another time is noticed here, and not shown twice.
   */
  readonly repeated: ReadonlySet<string>;
};

/** What is known of the messages that these events bring or edit. */
export async function findKnownMids(
  { db }: Pick<ConversationsDeps, 'db'>,
  tx: Executor,
  {
    events,
    drafts,
  }: {
    events: readonly { event: EventRow; interpretation: Interpretation }[];
    drafts: ReadonlyMap<string, Draft>;
  },
): Promise<KnownMids> {
  const named = events.flatMap(({ event, interpretation }) => {
    const draft = interpretation && drafts.get(personKey(event, interpretation.person));
    const { kind, mid } = nameOf(interpretation?.meaning);
    return draft && mid !== null
      ? [{ eventId: event.id, kind, conversation_id: draft.head.id, mid }]
      : [];
  });
  if (named.length === 0) {
    return { takenBack: [], edited: [], repeated: new Set() };
  }
  const known = await selectKnownMids(db, tx, named);
  const here = new Set(known.filter(({ is_here }) => is_here === 1).map(keyOf));
  const repeated = new Set<string>();
  // A postback may bear the id of a message.
  for (const one of named.filter(({ kind }) => kind === 'message')) {
    if (here.has(keyOf(one))) {
      repeated.add(one.eventId);
    }
    here.add(keyOf(one));
  }
  return {
    takenBack: known.filter(({ is_taken_back }) => is_taken_back === 1),
    edited: known.flatMap(({ conversation_id, is_edited }) =>
      is_edited === 1 ? [conversation_id] : [],
    ),
    repeated,
  };
}

/** The message that an event brings or edits. */
function nameOf(meaning: Meaning | undefined): { kind: string; mid: string | null } {
  switch (meaning?.kind) {
    case 'message':
      return meaning.message;
    case 'edit':
      return meaning;
    default:
      return { kind: '', mid: null };
  }
}

const keyOf = ({ conversation_id, mid }: MessageKey) => `${conversation_id} ${mid}`;
