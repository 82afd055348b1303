import type { Core } from '@chatgate/server';
import { Sentence } from './sentence.ts';

/** The id of a role that was given by id or name; custom roles count as well as built-in ones. */
export async function requireRole(
  auth: Core['auth'],
  value: string | boolean | undefined,
): Promise<string> {
  const found = await auth.findRole(typeof value === 'string' ? value : '');
  if ('id' in found) {
    return found.id;
  }
  throw new Sentence(`--role must be one of ${found.known.join(', ')}.`);
}

export function requireText(name: string, value: string | boolean | undefined): string {
  if (typeof value === 'string' && value.trim() !== '') {
    return value.trim();
  }
  throw new Sentence(`--${name} is needed.`);
}
