import type { SignIn } from '@chatgate/contract';
import { tell } from '../../../shared/api/http.ts';

export function signIn(body: SignIn): Promise<void> {
  return tell('/session', body);
}
