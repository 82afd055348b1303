import type {
  ProveSecondFactor,
  RecoveryCodes,
  SecondFactor,
  SecondFactorSecret,
} from '@chatgate/contract';
import { queryOptions } from '@tanstack/react-query';
import { get, post, tell } from '../../../shared/api/http.ts';

export const secondFactorQuery = queryOptions({
  queryKey: ['access', 'own-second-factor'],
  queryFn: ({ signal }) => get<SecondFactor>('/me/second-factor', { signal }),
});

export function startSecondFactor(password: string): Promise<SecondFactorSecret> {
  return post('/me/second-factor', { password });
}

export function confirmSecondFactor(code: string): Promise<RecoveryCodes> {
  return post('/me/second-factor/confirm', { code });
}

export function renewRecoveryCodes(proof: ProveSecondFactor): Promise<RecoveryCodes> {
  return post('/me/second-factor/recovery-codes', proof);
}

export function turnSecondFactorOff(proof: ProveSecondFactor): Promise<void> {
  return tell('/me/second-factor/turn-off', proof);
}
