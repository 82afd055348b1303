import type { ReplyWindow } from '@chatgate/contract';

const HOUR_MS = 3_600_000;
/** From the customer's last message, tap, reaction or link into the thread. */
const STANDARD_WINDOW_MS = 24 * HOUR_MS;
/** For people, where the app has Meta's feature Human Agent. */
const HUMAN_AGENT_WINDOW_MS = 7 * 24 * HOUR_MS;

export type SenderKind = 'person' | 'bot';
export type Tag = 'RESPONSE' | 'HUMAN_AGENT';

export type WindowInput = {
  readonly now: number;
  readonly lastCustomerAt: number | null;
  readonly sender: SenderKind;
  /** Undefined: the gateway is deleted. */
  readonly gateway: { readonly enabled: boolean; readonly humanAgent: boolean } | undefined;
  readonly access: 'ready' | 'page_removed' | 'needs_login' | 'no_messaging';
  /** Meta said then that the person cannot be reached. */
  readonly unreachableSince: number | null;
};

/**
 * Whether a message may leave now, and under which of Meta's rules. The tag follows from who writes
 * and when; callers cannot choose one. Both windows end with their last millisecond.
 *
 * https://developers.facebook.com/docs/messenger-platform/policy/policy-overview
 */
export function decideWindow(input: WindowInput): ReplyWindow {
  const { now, lastCustomerAt } = input;
  const closesAt = lastCustomerAt === null ? null : lastCustomerAt + STANDARD_WINDOW_MS;
  const humanAgentUntil = lastCustomerAt === null ? null : lastCustomerAt + HUMAN_AGENT_WINDOW_MS;
  const humanAgent = judgeHumanAgent(input, humanAgentUntil);
  const reason = obstacle(input) ?? closedBecause({ now, closesAt, humanAgent });
  const isOpen = closesAt !== null && now < closesAt;
  const state = reason !== null ? 'closed' : isOpen ? 'open' : 'human_agent';
  return { state, reason, humanAgent, lastCustomerAt, closesAt, humanAgentUntil, now };
}

export function tagOf({ state }: Pick<ReplyWindow, 'state'>): Tag | undefined {
  switch (state) {
    case 'open':
      return 'RESPONSE';
    case 'human_agent':
      return 'HUMAN_AGENT';
    case 'closed':
      return undefined;
  }
}

function judgeHumanAgent(
  { sender, gateway, now }: WindowInput,
  until: number | null,
): ReplyWindow['humanAgent'] {
  if (sender === 'bot') {
    return 'bots_may_not';
  }
  if (gateway?.humanAgent !== true) {
    return 'app_lacks_feature';
  }
  return until !== null && now < until ? 'possible' : 'too_late';
}

function obstacle({
  gateway,
  access,
  lastCustomerAt,
  unreachableSince,
}: WindowInput): ReplyWindow['reason'] {
  if (gateway === undefined) {
    return 'gateway_deleted';
  }
  if (!gateway.enabled) {
    return 'gateway_off';
  }
  if (access !== 'ready') {
    return access;
  }
  // Somebody who writes again can be reached again.
  const hasWrittenSince = (lastCustomerAt ?? 0) > (unreachableSince ?? 0);
  return unreachableSince !== null && !hasWrittenSince ? 'recipient_unavailable' : null;
}

function closedBecause(when: {
  now: number;
  closesAt: number | null;
  humanAgent: ReplyWindow['humanAgent'];
}): ReplyWindow['reason'] {
  if (when.closesAt === null) {
    return 'never_wrote';
  }
  return when.now < when.closesAt || when.humanAgent === 'possible' ? null : 'window_closed';
}
