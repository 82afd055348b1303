/** What the command line makes. No route has looked at what it gives, so that is done here. */
import { CreateApiKey, SetUp } from '@chatgate/contract';
import { type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';
import { AppError } from '../../platform/errors.ts';
import type { Secret } from '../../platform/secret.ts';
import { systemActor } from '../audit/index.ts';
import { makeUnownedKey } from './api-keys/make-key.ts';
import type { AccessDeps } from './deps.ts';
import type { Passwords } from './passwords/passwords.ts';
import { createPerson } from './people/create-person.ts';
import { changeAccess } from './roles/last-administrator.ts';

export type UserByCommand = {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly role: string;
  readonly createdBy?: string;
};
export type KeyByCommand = {
  readonly name: string;
  readonly role: string;
  readonly createdBy: string;
};

const NewPerson = Type.Pick(SetUp, ['name', 'email', 'password']);
const NewKey = Type.Pick(CreateApiKey, ['name']);

export async function createUserByCommand(
  deps: AccessDeps & { readonly passwords: Passwords },
  { password, createdBy, ...person }: UserByCommand,
): Promise<void> {
  assertFits(NewPerson, { ...person, password });
  const passwordHash = await deps.passwords.hash(password);
  const actor = createdBy === undefined ? systemActor : { ...systemActor, name: createdBy };
  await changeAccess(deps.db, (tx) => createPerson(deps, tx, { ...person, passwordHash, actor }));
  deps.onChanged();
}

export async function createKeyByCommand(deps: AccessDeps, key: KeyByCommand): Promise<Secret> {
  assertFits(NewKey, key);
  return makeUnownedKey(deps, key);
}

/** A password too long for the sign-in screen, for example, would let nobody in. */
function assertFits(schema: TSchema, value: object): void {
  const [problem] = Value.Errors(schema, value);
  if (problem) {
    throw new AppError('invalid', `--${problem.instancePath.slice(1)} ${problem.message}`);
  }
}
