import type { Static, TSchema } from 'typebox';
import { Parse } from 'typebox/value';
import { type Graph, type GraphCaller, MetaError, type Tally } from '../../graph/index.ts';
import { refusal } from '../../graph/test-support/refusal.ts';

/** What happens to the next call of the Send API. */
export type Fate =
  | 'answered'
  /** It arrives, the answer does not. */
  | 'lost'
  /** Neither arrives. */
  | 'cut'
  /** Nobody took the connection. */
  | 'nobody'
  /** It arrives; the process ends before it hears of it. */
  | 'ends_after'
  /** The process ends before the call leaves. */
  | 'ends_before'
  /** Held up on its way: it arrives, and is answered, when the test says so. */
  | 'slow'
  /** Held up; refused with 1200 when the test says so. */
  | 'slowly refused'
  /** It arrives, and is reported back before it is answered. */
  | 'echo_first'
  /** Meta's error by code, without anything having arrived. */
  | `refused ${string}`;

export type Arrived = {
  readonly replyId: string;
  readonly mid: string;
  readonly text: string;
  at: number;
};

export const silence = ({ neverLeft = false } = {}) =>
  new MetaError('silence', { kind: 'unreachable', cls: 'retry', reason: 'connection', neverLeft });

function replyIdOf(params: Readonly<Record<string, string>>): string {
  const { metadata }: { metadata: string } = JSON.parse(params['message'] ?? '{}');
  return metadata;
}

/** The Conversations API's answer to the Page whose conversations are asked for. */
const asThread = (ledger: readonly Arrived[], pageId: string | undefined) => ({
  data: [
    {
      messages: {
        data: ledger.slice(-20).map(({ mid, text, at }) => ({
          ...{ id: mid, message: text, from: { id: pageId } },
          created_time: `${new Date(at).toISOString().slice(0, 19)}+0000`,
        })),
      },
    },
  ],
});

type EdgeState = {
  readonly clock: { now: () => number };
  readonly ledger: Arrived[];
  readonly doubtful: string[];
  readonly signs: string[];
  readonly fates: Fate[];
  readonly late: (() => void)[];
  stuck: PromiseWithResolvers<void>;
  onEcho: (arrived: Arrived) => Promise<void>;
};

function arrive({ ledger, clock }: EdgeState, params: Readonly<Record<string, string>>): Arrived {
  const { text = '' }: { text?: string } = JSON.parse(params['message'] ?? '{}');
  const mid = `m_${ledger.length + 1}`;
  const arrived = { replyId: replyIdOf(params), text, mid, at: clock.now() };
  ledger.push(arrived);
  return arrived;
}

/** The caller is never heard of again. */
function end({ stuck }: EdgeState): Promise<never> {
  stuck.resolve();
  return new Promise(() => {});
}

/** Until the test lets it go on. */
function hold({ late, stuck }: EdgeState): Promise<void> {
  return new Promise((resolve) => {
    late.push(resolve);
    stuck.resolve();
  });
}

/** The way there; throws what the caller is told when it does not arrive. */
async function travel(state: EdgeState, fate: Fate): Promise<void> {
  switch (fate) {
    case 'cut':
      throw silence();
    case 'ends_before':
      return end(state);
    case 'slow':
      return hold(state);
    case 'slowly refused':
      await hold(state);
      throw refusal('1200');
  }
}

/** One call of the Send API and its fate. */
async function send(
  state: EdgeState,
  params: Readonly<Record<string, string>>,
): Promise<{ recipient_id: string; message_id: string }> {
  const fate = state.fates.shift() ?? 'answered';
  if (fate.startsWith('refused ')) {
    throw refusal(fate.slice('refused '.length));
  }
  if (fate === 'nobody') {
    throw silence({ neverLeft: true });
  }
  if (params['sender_action'] !== undefined) {
    state.signs.push(params['sender_action']);
    return { recipient_id: '9001', message_id: 'none' };
  }
  state.doubtful.push(replyIdOf(params));
  await travel(state, fate);
  const arrived = arrive(state, params);
  switch (fate) {
    case 'lost':
      throw silence();
    case 'ends_after':
      return end(state);
    case 'echo_first':
      await state.onEcho(arrived);
      break;
  }
  return { recipient_id: '9001', message_id: arrived.mid };
}

/**
 * Meta at the network's edge, in memory: what arrived there stands in a ledger that no restart of
 * ours loses.
 */
export function createEdge(clock: { now: () => number }) {
  const state: EdgeState = {
    ...{ clock, ledger: [], doubtful: [], signs: [], fates: [], late: [] },
    stuck: Promise.withResolvers<void>(),
    onEcho: async () => {},
  };
  const usage: { now: Tally['usage'] } = { now: undefined };
  const looks: { fail: MetaError | undefined } = { fail: undefined };
  const caller = {
    post: async <S extends TSchema>(_path: string, params: Record<string, string>, schema: S) =>
      Parse(schema, await send(state, params)) as Static<S>,
    async get<S extends TSchema>(path: string, _params: unknown, schema: S) {
      if (looks.fail) {
        throw looks.fail;
      }
      return Parse(schema, asThread(state.ledger, path.split('/')[0])) as Static<S>;
    },
  };
  const graph: Pick<Graph, 'as'> = {
    as({ tally }) {
      if (tally && usage.now) {
        tally.usage = usage.now;
      }
      return caller as unknown as GraphCaller;
    },
  };

  return {
    ledger: state.ledger,
    /** Ids of replies by call, save calls of which the caller knows that nothing came of them. */
    doubtful: state.doubtful,
    /** Typing and seen, as they arrived. */
    signs: state.signs,
    graph,
    /** What the usage headers of answers say from now on. */
    usage,
    /** How asking for messages ends from now on, where it is not answered. */
    looks,
    /** Of the next calls, in their order. */
    plan: (...next: Fate[]) => void state.fates.push(...next),
    clear: () => void state.fates.splice(0),
    onEcho(listener: EdgeState['onEcho']) {
      state.onEcho = listener;
    },
    /** Resolves when a call does not come back; each time anew. */
    async stuck() {
      await state.stuck.promise;
      state.stuck = Promise.withResolvers();
    },
    /** The oldest call that is held up goes on; false where there is none. */
    answerLate() {
      const goOn = state.late.shift();
      goOn?.();
      return goOn !== undefined;
    },
  };
}

export type Edge = ReturnType<typeof createEdge>;
