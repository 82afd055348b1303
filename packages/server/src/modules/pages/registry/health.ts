import { HEALTH_STATES, type HealthState, type Page } from '@chatgate/contract';
import type { PageRow } from '../tables.ts';

/** A row of the registry with what its health is made of. */
export type HealthFacts = Pick<
  PageRow,
  'wanted' | 'actual' | 'problem' | 'receiving_problem' | 'link' | 'last_conversation_id'
> & {
  /** Index in `HEALTH_STATES`, from `healthRank` in store.ts. */
  readonly rank: number;
  readonly account_name: string | null;
  readonly token_problem: string | null;
};

type Health = Page['health'];

/** Says why a Page is in its state, who can mend it, and what to press. */
export function describeHealth(facts: HealthFacts): Health {
  const state: HealthState = HEALTH_STATES[facts.rank] ?? 'unknown';
  switch (state) {
    case 'needs_login':
      return {
        state,
        reason: facts.account_name === null ? 'no_grant' : reasonOfToken(facts.token_problem),
        ...(facts.account_name === null ? {} : { who: facts.account_name }),
        action: 'log_in',
        ...problemOf(facts.token_problem),
      };
    case 'needs_repair':
      return {
        state,
        reason: reasonOfRepair(facts),
        action: 'repair',
        ...problemOf(facts.receiving_problem),
      };
    case 'unknown':
      return { state, reason: 'check_failed', action: 'refresh', ...problemOf(facts.problem) };
    case 'receiving_off':
      return { state, action: 'switch_on' };
    case 'waiting':
      return { state, ...(facts.link === null ? {} : { action: 'open_page' as const }) };
    case 'live':
      return {
        state,
        ...(facts.last_conversation_id === null ? {} : { action: 'open_conversation' as const }),
      };
  }
}

function reasonOfRepair({ wanted, actual, receiving_problem }: HealthFacts): string {
  if (receiving_problem !== null) {
    return 'refused';
  }
  if (wanted === 0) {
    return 'still_subscribed';
  }
  return actual === 'partial' ? 'fields_missing' : 'not_subscribed';
}

const ROLE_LOST_SUBCODE = 492;
const APP_REMOVED_SUBCODE = 458;
const TWO_FACTOR_CODE = 415;

function reasonOfToken(problem: string | null): string {
  const { code, subcode } = problemOf(problem).problem ?? {};
  if (code === TWO_FACTOR_CODE || subcode === ROLE_LOST_SUBCODE) {
    return 'two_factor_required';
  }
  return subcode === APP_REMOVED_SUBCODE ? 'access_withdrawn' : 'token_dead';
}

const problemOf = (text: string | null): Pick<Health, 'problem'> =>
  text === null ? {} : { problem: JSON.parse(text) };
