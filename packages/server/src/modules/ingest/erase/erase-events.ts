import type { Executor } from '../../../platform/db/index.ts';
import { firstIdOf } from '../../../platform/ids.ts';
import { deleteOld, entombRecorded, entombUnrecorded } from './store.ts';

/** How events go, by request of a person and by age; what hangs on them is the caller's business. */
export type EventErasing = {
  /** Leaves tombstones of a conversation's recorded events, some at a time; gives their ids. */
  entomb: (tx: Executor, some: { conversationId: string; limit: number }) => Promise<string[]>;
  /**
   * Leaves tombstones of what a person sent that is not recorded: new, parked or ignored. The id is
   * the one that Meta's elements hold, a PSID or a `user_ref`.
   */
  eraseUnrecorded: (
    tx: Executor,
    person: { gatewayId: string; pageId: string; idAtMeta: string },
  ) => Promise<void>;
  /** Deletes a gateway's settled events received before then, tombstones included; gives their ids. */
  eraseOld: (
    tx: Executor,
    options: { gatewayId: string; before: number; limit: number },
  ) => Promise<string[]>;
};

export const eventErasing: EventErasing = {
  entomb: entombRecorded,
  eraseUnrecorded: entombUnrecorded,
  eraseOld: (tx, { before, ...options }) =>
    deleteOld(tx, { ...options, beforeId: firstIdOf('ev', before) }),
};
