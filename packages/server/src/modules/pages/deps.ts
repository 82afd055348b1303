import type { LiveEvent } from '@chatgate/contract';
import type { FastifyRequest } from 'fastify';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Executor } from '../../platform/db/index.ts';
import type { Pictures } from '../../platform/http/pictures.ts';
import type { Ids } from '../../platform/ids.ts';
import type { Live } from '../../platform/live.ts';
import type { Log } from '../../platform/log.ts';
import type { Random } from '../../platform/random.ts';
import type { Seal } from '../../platform/seal.ts';
import type { Audit } from '../audit/index.ts';
import type { Actor } from '../auth/index.ts';
import type { GatewayApp, Gateways } from '../gateways/index.ts';
import type { AppCredentials, Graph } from '../graph/index.ts';

export type PagesDeps = {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly seal: Seal;
  readonly log: Log;
  readonly graph: Graph;
  readonly gateways: Pick<
    Gateways,
    'loadApp' | 'findAppByUri' | 'findReceiver' | 'callbackUrl' | 'noteMilestone' | 'noteSetUp'
  >;
  readonly audit: Pick<Audit, 'record' | 'erase'>;
  readonly live: Pick<Live<LiveEvent>, 'publish'>;
  readonly publicUrl: string;
  /** For hashes of erased people; derived from the secret key, never stored. */
  readonly erasureKey: Buffer;
  /** The signed-in person or API key of a request outside `/api/v1`; undefined when there is none. */
  readonly authenticate: (request: FastifyRequest) => Promise<Actor | undefined>;
  /** Whether whoever began a log-in may still connect Pages. */
  readonly mayConnect: (db: Executor, actor: Pick<Actor, 'kind' | 'id'>) => Promise<boolean>;
  /** For pictures, whose addresses come from Meta. */
  readonly pictures: Pictures;
};

export const credentialsOf = (app: GatewayApp): AppCredentials => ({
  appId: app.appId,
  appSecret: app.appSecret,
  version: app.apiVersion,
});
