import { HEALTH_STATES, type HealthState, type Page } from '@chatgate/contract';
import type { PageRow } from '../tables.ts';

/** A row of the registry with what its health is made of. */
export type HealthFacts = Pick<
  PageRow,
  | 'wanted'
  | 'actual'
  | 'problem'
  | 'receiving_problem'
  | 'link'
  | 'last_conversation_id'
  | 'at_meta'
  | 'merged_into'
  | 'repair_attempts'
  | 'repair_next_at'
> & {
  /** Index in `HEALTH_STATES`, from `healthRank` in store.ts. */
  readonly rank: number;
  readonly token_problem: string | null;
};

export type Access = {
  /** Who could log in again, in words; null where no grant is left. */
  readonly who: string | null;
  readonly hasAccess: boolean;
};

type Health = Page['health'];

/** Says why a Page is in its state, who can mend it, and what to press. */
export function describeHealth(facts: HealthFacts, access: Access): Health {
  const state: HealthState = HEALTH_STATES[facts.rank] ?? 'unknown';
  switch (state) {
    case 'needs_login':
      return {
        state,
        reason: access.who === null ? 'no_grant' : reasonOfToken(facts.token_problem),
        ...(access.who === null ? {} : { who: access.who }),
        action: 'log_in',
        ...problemOf(facts.token_problem),
      };
    case 'needs_repair':
      return describeRepair(facts, access);
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

function describeRepair(facts: HealthFacts, access: Access): Health {
  const state = 'needs_repair';
  switch (facts.at_meta) {
    case 'gone':
      return { state, reason: 'page_gone', action: 'remove', ...problemOf(facts.problem) };
    case 'merged': {
      const into = facts.merged_into === null ? {} : { who: facts.merged_into };
      return {
        state,
        reason: 'page_merged',
        action: 'remove',
        ...into,
        ...problemOf(facts.problem),
      };
    }
    case 'unpublished':
      return {
        state,
        reason: 'unpublished',
        ...(facts.link === null ? {} : { action: 'open_page' }),
      };
    case 'published':
      return {
        state,
        reason: reasonOfRepair(facts),
        action: 'repair',
        ...problemOf(facts.receiving_problem),
        ...repairOf(facts, access),
      };
  }
}

/** Chatgate tries by itself where it wants to receive, or failed to stop it, and may call Meta. */
function repairOf(facts: HealthFacts, { hasAccess }: Access): Pick<Health, 'repair'> {
  const { wanted, receiving_problem, repair_attempts, repair_next_at } = facts;
  const isTried = hasAccess && (wanted === 1 || receiving_problem !== null);
  return isTried ? { repair: { attempts: repair_attempts, nextAt: repair_next_at } } : {};
}

function reasonOfRepair({ wanted, actual, receiving_problem }: HealthFacts): string {
  if (receiving_problem !== null) {
    // Without a code it was not Meta that said no: it did not answer, or answered nonsense.
    return problemOf(receiving_problem).problem?.code === undefined ? 'not_confirmed' : 'refused';
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
