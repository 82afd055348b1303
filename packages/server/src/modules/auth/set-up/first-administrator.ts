import { createHash } from 'node:crypto';
import type { SetUp } from '@chatgate/contract';
import type { Clock } from '../../../platform/clock.ts';
import type { Database } from '../../../platform/db/index.ts';
import { AppError } from '../../../platform/errors.ts';
import { type Random, randomToken } from '../../../platform/random.ts';
import { type Audit, systemActor } from '../../audit/index.ts';
import { insertLink, spendLink, unspendLink } from '../links/store.ts';
import type { People } from '../people/better-auth.ts';
import { anybodyExists } from '../people/store.ts';

const PURPOSE = 'set_up';
const DAY_MS = 86_400_000;

const hashOf = (token: string) => createHash('sha256').update(token).digest('base64url');

/** Makes the one person nobody else can make. */
export function createFirstAdministrator(deps: {
  db: Database;
  clock: Clock;
  random: Random;
  audit: Audit;
  people: People;
  publicUrl: string;
}) {
  const { db, clock, random, audit, people, publicUrl } = deps;

  async function createPerson(person: { name: string; email: string; password: string }) {
    const { user } = await people.api.createUser({
      body: { ...person, role: 'administrator' as 'admin' },
    });
    await db.transaction((tx) =>
      audit.record(tx, {
        actor: systemActor,
        action: 'user.created',
        subject: { kind: 'user', id: user.id, name: user.name },
        after: { email: user.email, role: 'administrator' },
      }),
    );
  }

  return {
    isNeeded: async () => !(await anybodyExists(db.read)),

    /** From the environment: makes the person on the very first start, later does nothing. */
    async ensure(person: { email: string; password: string }): Promise<void> {
      if (!(await anybodyExists(db.read))) {
        await createPerson({ name: 'Administrator', ...person });
      }
    },

    /** A link valid for a day and for one use. The token is in the fragment: it is never sent by a click. */
    async printableLink(): Promise<string> {
      const token = randomToken(random, 256);
      const createdAt = clock.now();
      await db.transaction((tx) =>
        insertLink(tx, {
          hash: hashOf(token),
          purpose: PURPOSE,
          createdAt,
          expiresAt: createdAt + DAY_MS,
        }),
      );
      return `${publicUrl}/setup#token=${token}`;
    },

    async create({ token, name, email, password }: SetUp): Promise<void> {
      if (await anybodyExists(db.read)) {
        throw new AppError('setup_done', 'The first administrator exists already. Sign in.');
      }
      const hash = hashOf(token);
      const spend = { hash, purpose: PURPOSE, now: clock.now() };
      if (!(await db.transaction((tx) => spendLink(tx, spend)))) {
        throw new AppError('link_spent', 'This link was used already, or is older than a day.');
      }
      try {
        await createPerson({ name, email, password });
      } catch (error) {
        await db.transaction((tx) => unspendLink(tx, { hash }));
        throw personRefused(error);
      }
    },
  };
}

function personRefused(cause: unknown): AppError {
  return new AppError('invalid', 'This person could not be made. Check the e-mail address.', {
    cause,
  });
}

export type FirstAdministrator = ReturnType<typeof createFirstAdministrator>;
