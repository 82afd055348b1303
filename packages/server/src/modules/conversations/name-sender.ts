import type { Executor } from '../../platform/db/index.ts';
import type { Sender } from './project/interpret.ts';
import { findSender, setSender } from './read/store.ts';

/** Says who wrote a message that Meta only knows as sent by our app. */
export async function nameSender(
  tx: Executor,
  { messageId, name }: { messageId: string; name: string },
): Promise<void> {
  const known = await findSender(tx, messageId);
  if (known !== undefined) {
    const sender: Sender = JSON.parse(known);
    await setSender(tx, messageId, JSON.stringify({ ...sender, name }));
  }
}
