import type { Migration } from 'kysely/migration';
import { firstSchema } from './0001-first-schema.ts';
import { dataDeletion } from './0002-data-deletion.ts';
import { access } from './0003-access.ts';
import { auditNames } from './0004-audit-names.ts';
import { erasure } from './0004-erasure.ts';
import { pageStates } from './0005-page-states.ts';
import { invites } from './0006-invites.ts';
import { setUpEvidence } from './0006-set-up-evidence.ts';
import { delivery } from './0007-delivery.ts';
import { replies } from './0008-replies.ts';
import { attachments } from './0009-attachments.ts';
import { lanes } from './0010-lanes.ts';
import { signInGuards } from './0011-sign-in-guards.ts';
import { secondFactor } from './0012-second-factor.ts';
import { signInProvider } from './0012-sign-in-provider.ts';
import { inviteMakers } from './0013-invite-makers.ts';
import { noRateLimitTable } from './0014-no-rate-limit-table.ts';
import { lastDelivered } from './0019-last-delivered.ts';
import { traces } from './0020-traces.ts';
import { registryOrder } from './0021-registry-order.ts';
import { keysByTime } from './0022-keys-by-time.ts';
import { openReplies } from './0022-open-replies.ts';
import { keptKeys } from './0023-kept-keys.ts';
import { oldAttempts } from './0024-old-attempts.ts';

/**
 * Every step the schema took, for both engines. Forward only, and compatible with the release
 * before: expand, migrate, contract. Types are text, bigint, integer and double; times are epoch
 * milliseconds (better-auth's own tables excepted: ISO text and 0/1); every check has a name.
 */
export const migrations: Record<string, Migration> = {
  '0001-first-schema': firstSchema,
  '0002-data-deletion': dataDeletion,
  '0003-access': access,
  '0004-audit-names': auditNames,
  '0004-erasure': erasure,
  '0005-page-states': pageStates,
  '0006-invites': invites,
  '0006-set-up-evidence': setUpEvidence,
  '0007-delivery': delivery,
  '0008-replies': replies,
  '0009-attachments': attachments,
  '0010-lanes': lanes,
  '0011-sign-in-guards': signInGuards,
  '0012-second-factor': secondFactor,
  '0012-sign-in-provider': signInProvider,
  '0013-invite-makers': inviteMakers,
  '0014-no-rate-limit-table': noRateLimitTable,
  '0019-last-delivered': lastDelivered,
  '0020-traces': traces,
  '0021-registry-order': registryOrder,
  '0022-keys-by-time': keysByTime,
  '0022-open-replies': openReplies,
  '0023-kept-keys': keptKeys,
  '0024-old-attempts': oldAttempts,
};
