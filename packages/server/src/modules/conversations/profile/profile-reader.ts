import { isOutage } from '../../../platform/db/index.ts';
import { createWorker, type Worker } from '../../../platform/worker.ts';
import { readText } from '../project/read-values.ts';
import type { ConversationsDeps, ProfileReading } from '../types.ts';
import {
  type ClaimedContact,
  claimDueProfiles,
  findConversationOf,
  type ProfileOutcome,
  settleProfile,
} from './store.ts';

/** How many profiles are read at once; they are a courtesy, not the message. */
const AT_ONCE = 5;
/** At least twice the longest call to Meta. */
const CLAIM_MS = 90_000;
const IDLE_MS = 2_000;
const FIRST_RETRY_MS = 60_000;
const LONGEST_RETRY_MS = 86_400_000;

/**
 * Reads names and pictures of new contacts from Meta, outside any transaction and apart from the
 * projector: a message never waits for a profile, and a dead token costs a name, not a message.
 *
 * `pending` becomes `known`, `not_shared` (final, until Facebook shares more), or `failed`, which
 * is tried again after 1, 2, 4 … minutes, at most a day.
 */
export function createProfileReader(
  deps: Pick<ConversationsDeps, 'db' | 'clock' | 'ids' | 'log' | 'live' | 'readProfile'>,
): Worker {
  const { db, clock, log } = deps;

  async function readOne(contact: ClaimedContact) {
    const { gateway_id: gatewayId, page_id: pageId, psid } = contact;
    const reading = await deps
      .readProfile({ gatewayId, pageId, psid })
      .catch((error: unknown): ProfileReading => {
        if (isOutage(error)) {
          throw error;
        }
        log.warn({ contactId: contact.id, err: error }, 'profile.failed');
        return { kind: 'failed', reason: 'error' };
      });
    return { contact, outcome: toOutcome(reading, contact.profile_attempts, clock.now()) };
  }

  /** One transaction for all that were claimed together, since each commit waits for the disk. */
  async function settle(readings: readonly Reading[], claim: string): Promise<void> {
    const ours = await db.transaction(async (tx) => {
      const settled: Reading[] = [];
      for (const reading of readings) {
        if (await settleProfile(tx, { id: reading.contact.id, claim }, reading.outcome)) {
          settled.push(reading);
        }
      }
      return settled;
    });
    for (const { contact } of ours.filter(({ outcome }) => outcome.profile === 'known')) {
      const conversationId = await findConversationOf(db.read, contact.id);
      if (conversationId !== undefined) {
        const { gateway_id: gatewayId } = contact;
        deps.live.publish({ type: 'conversation.changed', gatewayId, conversationId });
      }
    }
  }

  return createWorker({
    async step() {
      const claim = deps.ids.next('claim');
      const due = await db.transaction((tx) =>
        claimDueProfiles(db, tx, { limit: AT_ONCE, now: clock.now(), leaseMs: CLAIM_MS, claim }),
      );
      if (due.length > 0) {
        await settle(await Promise.all(due.map(readOne)), claim);
      }
      return due.length;
    },
    idleMs: IDLE_MS,
    onError: (error) => log.error({ err: error }, 'profile_reader.failed'),
  });
}

type Reading = { readonly contact: ClaimedContact; readonly outcome: ProfileOutcome };

function toOutcome(reading: ProfileReading, attempts: number, now: number): ProfileOutcome {
  const nothing = { name: null, picture_url: null };
  switch (reading.kind) {
    case 'known':
      return {
        profile: 'known',
        name: readText(reading.name),
        picture_url: readText(reading.pictureUrl),
        profile_next_at: null,
      };
    case 'not_shared':
      return { ...nothing, profile: 'not_shared', profile_next_at: null };
    case 'failed': {
      const pauseMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempts - 1));
      return { ...nothing, profile: 'failed', profile_next_at: now + pauseMs };
    }
  }
}
