import {
  EVENT_VERSION,
  type EventBody,
  TEST_EVENT_TYPE,
  type TestResult,
} from '@chatgate/contract';
import type { AuditActor } from '../../audit/index.ts';
import type { ChangeDeps } from '../deps.ts';
import { loadDestination } from '../destinations/change-destination.ts';
import { showAttempt } from '../log/show-delivery.ts';
import type { Message, Sender } from './send.ts';

/**
 * Sends an event of the type `destination.test` at once and tells what was sent and what came back,
 * whatever it was. It is in no queue, blocks nothing and is not tried again.
 */
export async function testDestination(
  deps: Pick<ChangeDeps, 'db' | 'ids' | 'clock' | 'audit'> & { readonly sender: Sender },
  { id, actor }: { id: string; actor: AuditActor },
): Promise<TestResult> {
  const row = await loadDestination(deps, id);
  const message = testMessage(deps);
  const headers = await deps.sender.headersFor(row, message);
  const attempt = await deps.sender.send(row, message);
  await deps.db.transaction((tx) =>
    deps.audit.record(tx, {
      actor,
      action: 'destination.tested',
      subject: { kind: 'destination', id, name: row.name },
      gatewayId: row.gateway_id,
      after: { outcome: attempt.outcome, status: attempt.status },
    }),
  );
  return {
    request: { target: attempt.target, headers, body: message.body.toString() },
    attempt: showAttempt(attempt),
  };
}

function testMessage({ ids, clock }: Pick<ChangeDeps, 'ids' | 'clock'>): Message {
  const id = ids.next('ev');
  const now = clock.now();
  const body: EventBody = {
    type: TEST_EVENT_TYPE,
    timestamp: new Date(now).toISOString(),
    data: {
      ...{ id, version: EVENT_VERSION, kind: 'test', gatewayId: 'none', pageId: 'none' },
      ...{ conversationId: null, contact: null, seq: null, standby: false },
      ...{ sentAt: null, receivedAt: now, raw: null },
      text: 'Chatgate sends this when somebody presses "Send test event".',
    },
  };
  return {
    id,
    body: Buffer.from(JSON.stringify(body)),
    subject: () => 'chatgate.test.test.0.test',
    seq: null,
    isReplay: false,
  };
}
