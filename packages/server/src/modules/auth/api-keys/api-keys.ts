import { createHash } from 'node:crypto';
import type { BuiltInRole } from '@chatgate/contract';
import type { Clock } from '../../../platform/clock.ts';
import type { Database } from '../../../platform/db/index.ts';
import type { Ids } from '../../../platform/ids.ts';
import { type Random, randomToken } from '../../../platform/random.ts';
import { Secret } from '../../../platform/secret.ts';
import type { Actor } from '../actor.ts';
import { roleOf } from '../roles/role-of.ts';
import { findApiKey, insertApiKey, noteApiKeyUse } from './store.ts';

/** Scanners find leaked keys by this prefix. */
const PREFIX = 'cg_';
const MINUTE_MS = 60_000;

const hashOf = (key: string) => createHash('sha256').update(key).digest('base64url');

export function createApiKeys(deps: { db: Database; clock: Clock; ids: Ids; random: Random }) {
  const { db, clock, ids, random } = deps;
  return {
    /** Makes a key of 256 random bits. It is given out once and stored as SHA-256 only. */
    async create(key: { name: string; role: BuiltInRole; createdBy: string }): Promise<Secret> {
      const text = `${PREFIX}${randomToken(random, 256)}`;
      await db.transaction((tx) =>
        insertApiKey(tx, {
          id: ids.next('ak'),
          name: key.name,
          hash: hashOf(text),
          shown_prefix: text.slice(0, PREFIX.length + 4),
          role: key.role,
          created_by: key.createdBy,
          created_at: clock.now(),
          expires_at: null,
          last_used_at: null,
          revoked_at: null,
        }),
      );
      return new Secret(text);
    },
    async find(text: string): Promise<Actor | undefined> {
      if (!text.startsWith(PREFIX)) {
        return undefined;
      }
      const now = clock.now();
      const row = await findApiKey(db.read, { hash: hashOf(text), now });
      if (!row) {
        return undefined;
      }
      if (row.last_used_at === null || now - row.last_used_at >= MINUTE_MS) {
        await db.transaction((tx) => noteApiKeyUse(tx, { id: row.id, now }));
      }
      const { permissions, ...role } = roleOf(row.role);
      return { kind: 'api_key', id: row.id, name: row.name, email: null, role, permissions };
    },
  };
}
