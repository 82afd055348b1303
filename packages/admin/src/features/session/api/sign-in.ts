import type {
  ProviderSignIn,
  SecondFactorNeeded,
  SecondFactorStep,
  SignIn,
} from '@chatgate/contract';
import { queryOptions } from '@tanstack/react-query';
import { get, post, postForMore, tell } from '../../../shared/api/http.ts';

/** Gives what is still needed, where the password was not enough. */
export function signIn(body: SignIn): Promise<SecondFactorNeeded | undefined> {
  return postForMore<SecondFactorNeeded>('/session', body);
}

/** Gives where the browser goes to sign in. */
export function beginProviderSignIn(to: string | undefined): Promise<ProviderSignIn> {
  return post('/session/provider', to === undefined ? {} : { to });
}

export function answerSecondFactor(code: string): Promise<void> {
  return tell('/session/second-factor', { code });
}

/** Whether this browser owes a code: after a reload, or back from the provider. */
export const secondFactorStepQuery = queryOptions({
  queryKey: ['second-factor-step'],
  queryFn: ({ signal }) => get<SecondFactorStep>('/session/second-factor', { signal }),
  gcTime: 0,
  retry: false,
  refetchOnWindowFocus: false,
});
