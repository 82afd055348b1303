import type { ReplyList } from '@chatgate/contract';
import type { SenderKind } from './decide-window.ts';
import { loadAddress, loadSituation } from './load-window.ts';
import { findPauses } from './send/store.ts';
import { showReply } from './show.ts';
import { findShown } from './store.ts';
import type { OutboundDeps } from './types.ts';

const LIMIT = 100;
/** Whoever read messages and replies at two moments finds a reply in at least one of them. */
const OVERLAP_MS = 600_000;

/** What is not among the messages yet or just became one, and whether the caller may write. */
export async function listReplies(
  deps: OutboundDeps,
  { conversationId, sender }: { conversationId: string; sender: SenderKind },
): Promise<ReplyList> {
  const { db, sharedTime } = deps;
  const now = await sharedTime(db.read);
  const address = await loadAddress(deps, db.read, conversationId);
  const rows = await findShown(db.read, {
    conversationId,
    linkedAfter: now - OVERLAP_MS,
    limit: LIMIT,
  });
  const { gatewayId, pageId } = address;
  const pauses = await findPauses(db.read, { gatewayId, pageId, now });
  const { window } = await loadSituation(deps, { address, sender });
  return { items: rows.map((row) => showReply(row, { marks: address, pauses, now })), window };
}
