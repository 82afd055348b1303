import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/index.ts';
import type { Ids } from '../../platform/ids.ts';
import type { Log } from '../../platform/log.ts';
import type { Mailer } from '../../platform/mail/index.ts';
import type { Random } from '../../platform/random.ts';
import type { Audit } from '../audit/index.ts';

/** What the parts of this module that change who may do what are made of. */
export type AccessDeps = {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly log: Log;
  readonly audit: Audit;
  readonly mailer: Mailer;
  readonly publicUrl: string;
  /** Called after a change is committed; whoever may see it reads again. */
  readonly onChanged: () => void;
};
