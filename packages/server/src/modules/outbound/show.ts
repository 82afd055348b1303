import type { MetaProblem, Reply, ReplyFailureCode } from '@chatgate/contract';
import type { ReplyRow } from './store.ts';

type Marks = { readonly deliveredUpTo: number | null; readonly readUpTo: number | null };
type Pause = { readonly until: number; readonly problem: string | null };

/** A reply as the API shows it. `pauses`: what holds its Page up at this moment. */
export function showReply(
  row: ReplyRow,
  context: { marks: Marks; pauses: readonly Pause[]; now: number },
): Reply {
  return {
    id: row.id,
    conversationId: row.conversation_id,
    state: showState(row, context.marks),
    sender: { kind: row.sender_kind, name: row.sender_name },
    text: row.text,
    attachment: parse<Reply['attachment']>(row.attachment),
    quickReplies: parse<Reply['quickReplies']>(row.quick_replies) ?? [],
    part: { number: row.part, of: row.parts },
    tag: row.tag,
    createdAt: row.created_at,
    sentAt: row.message_at ?? row.sent_at,
    mid: row.mid,
    messageId: row.message_id,
    waiting: showWaiting(row, context),
    failure:
      row.state === 'failed' && row.failure !== null
        ? {
            code: row.failure as ReplyFailureCode,
            problem: parse<MetaProblem>(row.problem),
          }
        : null,
  };
}

/** Meta confirms by watermark, in its own time: until the echo told it, ours stands in. */
function showState(row: ReplyRow, marks: Marks): Reply['state'] {
  switch (row.state) {
    case 'waiting':
      return 'sending';
    case 'sent': {
      const at = row.message_at ?? row.sent_at ?? Number.POSITIVE_INFINITY;
      if (at <= (marks.readUpTo ?? 0)) {
        return 'read';
      }
      return at <= (marks.deliveredUpTo ?? 0) ? 'delivered' : 'sent';
    }
    default:
      return row.state;
  }
}

function showWaiting(
  row: ReplyRow,
  { pauses, now }: { pauses: readonly Pause[]; now: number },
): Reply['waiting'] {
  if (row.state !== 'waiting') {
    return null;
  }
  const own = { until: row.next_at, problem: row.problem };
  const longest = [own, ...pauses].reduce((a, b) => (b.until > a.until ? b : a));
  return longest.until <= now
    ? null
    : { until: longest.until, problem: parse<MetaProblem>(longest.problem) };
}

/** Our own JSON. */
function parse<T>(json: string | null): T | null {
  return json === null ? null : JSON.parse(json);
}
