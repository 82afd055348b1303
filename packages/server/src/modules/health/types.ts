import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/index.ts';
import type { Ids } from '../../platform/ids.ts';
import type { Log } from '../../platform/log.ts';
import type { Gateways } from '../gateways/index.ts';
import type { Pages } from '../pages/index.ts';

export type HealthDeps = {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly gateways: Pick<Gateways, 'describe'>;
  readonly pages: Pick<
    Pages,
    'gatewaysWithPages' | 'nextPageIds' | 'checkAtMeta' | 'repairDrift' | 'factsOf'
  >;
};
