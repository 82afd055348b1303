import { BUILT_IN_ROLES, type BuiltInRole } from '@chatgate/contract';
import { Sentence } from './sentence.ts';

export function parseRole(value: string | boolean | undefined): BuiltInRole {
  if (typeof value === 'string' && Object.hasOwn(BUILT_IN_ROLES, value)) {
    return value as BuiltInRole;
  }
  throw new Sentence(`--role must be one of ${Object.keys(BUILT_IN_ROLES).join(', ')}.`);
}

export function requireText(name: string, value: string | boolean | undefined): string {
  if (typeof value === 'string' && value.trim() !== '') {
    return value.trim();
  }
  throw new Sentence(`--${name} is needed.`);
}
