import { CompiledQuery, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What is asked of replies with every echo, and with every one that leaves, however many there were. */
const statements = [
  'create index reply_of_request on reply (request_id, part)',
  `create index reply_open on reply (conversation_id, position)
    where state in ('waiting', 'sending', 'unknown')`,
];

export const openReplies: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) {
      await db.executeQuery(CompiledQuery.raw(statement));
    }
  },
};
