import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/index.ts';
import type { Ids } from '../../platform/ids.ts';
import type { Log } from '../../platform/log.ts';
import type { Random } from '../../platform/random.ts';
import type { Audit } from '../audit/index.ts';
import type { AppAtMeta } from './app-at-meta.ts';
import type { GatewaySecrets } from './secrets.ts';
import type { GatewayDependants } from './types.ts';

/** What creating, changing and deleting a gateway need. */
export type SaveDeps = {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly log: Log;
  readonly audit: Audit;
  readonly meta: AppAtMeta;
  readonly secrets: GatewaySecrets;
  readonly callbackUrl: (uri: string, path: string) => string;
  readonly dependants: GatewayDependants;
  /** Called after every stored change. */
  readonly onChanged: (gatewayId: string) => void;
};
