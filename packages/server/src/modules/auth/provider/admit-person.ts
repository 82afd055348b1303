import type { Executor } from '../../../platform/db/index.ts';
import { AppError } from '../../../platform/errors.ts';
import { systemActor } from '../../audit/index.ts';
import type { AccessDeps } from '../deps.ts';
import { createPerson } from '../people/create-person.ts';
import { findPerson, findPersonByEmail, type Person, updatePerson } from '../people/store.ts';
import { findRoleByText } from '../roles/find-role-by-text.ts';
import { changeAccess } from '../roles/last-administrator.ts';
import type { Identity } from './read-claims.ts';
import type { ProviderSettings } from './settings.ts';
import { findOwner, hasIdentity, insertIdentity } from './store.ts';

export type AdmitDeps = AccessDeps & { readonly settings: ProviderSettings };

const actor = { ...systemActor, name: 'Sign-in provider' };

/**
 * Whose sign-in it is: the person who owns this identity; else the one with this address, if the
 * provider verified it (an address that anybody can type in would hand over accounts); else somebody
 * new, where the operator wants that. Throws what the person is told.
 *
 * Where groups are mapped to roles the provider decides about roles, anew at every sign-in.
 */
export async function admitPerson(deps: AdmitDeps, identity: Identity): Promise<Person> {
  try {
    return await admit(deps, identity, { givesRole: true });
  } catch (error) {
    if (error instanceof AppError && error.code === 'last_administrator') {
      deps.log.warn({ subject: identity.subject }, 'provider_sign_in.role_kept');
      return admit(deps, identity, { givesRole: false });
    }
    throw error;
  }
}

async function admit(
  deps: AdmitDeps,
  identity: Identity,
  { givesRole }: { givesRole: boolean },
): Promise<Person> {
  const { db, settings } = deps;
  let isChanged = false;
  const admitted = await changeAccess(db, async (tx) => {
    const role = await roleFor(tx, settings, identity);
    const known = (await findOwned(tx, identity)) ?? (await linkByAddress(deps, tx, identity));
    if (!known) {
      isChanged = true;
      return makePerson(deps, tx, { identity, role });
    }
    if (!known.enabled) {
      throw new AppError('provider_person_disabled', `${known.email} is disabled here.`);
    }
    if (!givesRole || settings.roles.length === 0 || role === known.role) {
      return known;
    }
    isChanged = true;
    return giveRole(deps, tx, { person: known, role: role ?? refuseRole() });
  });
  if (isChanged) {
    deps.onChanged();
  }
  return admitted;
}

async function findOwned(tx: Executor, identity: Identity): Promise<Person | undefined> {
  const owner = await findOwner(tx, identity);
  return owner === undefined ? undefined : findPerson(tx, owner);
}

async function linkByAddress(
  { ids, clock, audit }: AdmitDeps,
  tx: Executor,
  identity: Identity,
): Promise<Person | undefined> {
  if (identity.email === undefined || !identity.emailVerified) {
    throw new AppError('provider_email_unverified', 'The provider did not verify the address.');
  }
  const person = await findPersonByEmail(tx, identity.email);
  if (!person) {
    return undefined;
  }
  if (await hasIdentity(tx, person.id)) {
    // The address went to somebody else at the provider: what it opened is not theirs.
    throw new AppError('provider_identity_taken', 'Another identity has this address here.');
  }
  const { issuer, subject } = identity;
  const link = { id: ids.next('ac'), userId: person.id, now: clock.now(), issuer, subject };
  await insertIdentity(tx, link);
  await audit.record(tx, {
    actor,
    action: 'user.identity_linked',
    subject: { kind: 'user', id: person.id, name: person.name },
    after: { issuer, subject },
  });
  return person;
}

async function makePerson(
  deps: AdmitDeps,
  tx: Executor,
  { identity, role }: { identity: Identity; role: string | undefined },
): Promise<Person> {
  const { settings, ids, clock, audit } = deps;
  const { issuer, subject, email } = identity;
  if (!settings.createsPeople || email === undefined) {
    throw new AppError('provider_unknown_person', 'Nobody here has this address.');
  }
  const made = { name: identity.name || email, email, role: role ?? refuseRole(), actor };
  const userId = await createPerson(deps, tx, made);
  await insertIdentity(tx, { id: ids.next('ac'), userId, now: clock.now(), issuer, subject });
  await audit.record(tx, {
    actor,
    action: 'user.identity_linked',
    subject: { kind: 'user', id: userId, name: made.name },
    after: { issuer, subject },
  });
  const person = await findPerson(tx, userId);
  if (!person) {
    throw new Error(`${userId} was made and is not there.`);
  }
  return person;
}

async function giveRole(
  { clock, audit }: AdmitDeps,
  tx: Executor,
  { person, role }: { person: Person; role: string },
): Promise<Person> {
  const after = { ...person, role };
  await updatePerson(tx, { ...after, now: clock.now() });
  await audit.record(tx, {
    actor,
    action: 'user.changed',
    subject: { kind: 'user', id: person.id, name: person.name },
    before: { role: person.role },
    after: { role },
  });
  return after;
}

/** The id of the role that the first group of the setting gives, or the default one. */
async function roleFor(
  tx: Executor,
  { roles, defaultRole }: ProviderSettings,
  { groups }: Identity,
): Promise<string | undefined> {
  const text = roles.find(({ group }) => groups.includes(group))?.role ?? defaultRole;
  const found = text === undefined ? undefined : await findRoleByText(tx, text);
  // A role that was renamed or deleted gives nothing, rather than something.
  return found && 'id' in found ? found.id : undefined;
}

function refuseRole(): never {
  throw new AppError('provider_no_role', 'None of the groups gives a role here.');
}
