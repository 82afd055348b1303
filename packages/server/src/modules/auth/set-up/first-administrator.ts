import type { SetUp } from '@chatgate/contract';
import { AppError } from '../../../platform/errors.ts';
import { systemActor } from '../../audit/index.ts';
import type { AccessDeps } from '../deps.ts';
import { createLink, hashOf } from '../links/one-time-link.ts';
import { insertLink, spendLink } from '../links/store.ts';
import type { Passwords } from '../passwords/passwords.ts';
import { createPerson } from '../people/create-person.ts';
import { anybodyExists } from '../people/store.ts';
import { changeAccess } from '../roles/last-administrator.ts';

const purpose = 'set_up';
const DAY_MS = 86_400_000;

/** Makes the one person nobody else can make. */
export function createFirstAdministrator(deps: AccessDeps & { passwords: Passwords }) {
  const { db, clock, random, publicUrl, passwords } = deps;
  const asAdministrator = { role: 'administrator', actor: systemActor };

  return {
    isNeeded: async () => !(await anybodyExists(db.read)),

    /** From the environment: makes the person on the very first start, later does nothing. */
    async ensure(person: { email: string; password: string }): Promise<void> {
      if (await anybodyExists(db.read)) {
        return;
      }
      const passwordHash = await passwords.hash(person.password);
      await changeAccess(db, async (tx) => {
        // Asked again under the lock: two replicas may start at once.
        if (!(await anybodyExists(tx))) {
          const { email } = person;
          const name = 'Administrator';
          await createPerson(deps, tx, { name, email, passwordHash, ...asAdministrator });
        }
      });
    },

    /** A link valid for a day and for one use. */
    async printableLink(): Promise<string> {
      const { link, hash } = createLink(random, { publicUrl, path: '/setup' });
      const createdAt = clock.now();
      const expiresAt = createdAt + DAY_MS;
      await db.transaction((tx) =>
        insertLink(tx, { hash, purpose, subjectId: null, createdAt, expiresAt }),
      );
      return link;
    },

    /** All or nothing, so that a refusal leaves the link as good as before. */
    async create({ token, name, email, password }: SetUp): Promise<void> {
      assertNobody(await anybodyExists(db.read));
      const passwordHash = await passwords.hash(password);
      await changeAccess(db, async (tx) => {
        assertNobody(await anybodyExists(tx));
        if (!(await spendLink(tx, { hash: hashOf(token), purpose, now: clock.now() }))) {
          throw new AppError('link_spent', 'This link was used already, or is older than a day.');
        }
        await createPerson(deps, tx, { name, email, passwordHash, ...asAdministrator });
      });
    },
  };
}

function assertNobody(somebodyExists: boolean): void {
  if (somebodyExists) {
    throw new AppError('setup_done', 'The first administrator exists already. Sign in.');
  }
}

export type FirstAdministrator = ReturnType<typeof createFirstAdministrator>;
