import type { Gateway, GatewayDeletion, GatewayList } from '@chatgate/contract';
import type { Clock } from '../../platform/clock.ts';
import { type Database, decodeCursor, encodeCursor } from '../../platform/db/index.ts';
import { matcher, pageOf } from '../../platform/short-list.ts';
import type { Actor } from '../auth/index.ts';
import type { GatewaySecrets } from './secrets.ts';
import { showGateway } from './show.ts';
import { type GatewayOrder, type GatewayRow, readGateways } from './store.ts';
import type { GatewayDependants } from './types.ts';

const DEFAULT_LIMIT = 50;

/** Reads gateways for the API. */
export function createGatewayReading(deps: {
  db: Database;
  clock: Clock;
  secrets: GatewaySecrets;
  callbackUrl: (uri: string, path: string) => string;
  graphUrl: string;
  dependants: GatewayDependants;
  retentionDays: number;
  load: (id: string) => Promise<GatewayRow>;
}) {
  const { db, clock, secrets, callbackUrl, graphUrl, retentionDays, dependants, load } = deps;

  async function showAll(rows: readonly GatewayRow[], actor?: Actor): Promise<Gateway[]> {
    const counts = await dependants.counts(
      db.read,
      rows.map((row) => row.id),
    );
    const mayEdit =
      actor?.permissions.has('gateways:edit') === true ||
      actor?.permissions.has('gateways:create') === true;
    return rows.map((row) =>
      showGateway(row, {
        callbackUrl,
        graphUrl,
        retentionDays,
        secrets,
        mayEdit,
        counts: counts.get(row.id),
        now: clock.now(),
      }),
    );
  }

  return {
    async show(id: string, actor: Actor): Promise<Gateway> {
      const [shown] = await showAll([await load(id)], actor);
      return shown as Gateway;
    },
    /** For other modules: without what only an editor may see. */
    async describe(id: string): Promise<Gateway> {
      const [shown] = await showAll([await load(id)]);
      return shown as Gateway;
    },
    async list(
      query: {
        search?: string;
        sort?: GatewayOrder;
        cursor?: string;
        limit?: number;
      },
      actor: Actor,
    ): Promise<GatewayList> {
      const { search = '', sort = 'created', limit = DEFAULT_LIMIT } = query;
      const matches = matcher(search);
      const found = (await readGateways(db.read)).filter(({ name }) => matches(name));
      const byName = sort.endsWith('name');
      const kinds = byName ? (['string', 'string'] as const) : (['number', 'string'] as const);
      const { shown, next } = pageOf(found, {
        placeOf: (row) => [byName ? row.name.toLowerCase() : row.created_at, row.id],
        descending: sort.startsWith('-'),
        after: query.cursor === undefined ? undefined : decodeCursor(query.cursor, kinds),
        limit,
      });
      return {
        items: await showAll(shown, actor),
        nextCursor: next ? encodeCursor(next) : null,
        total: found.length,
      };
    },
    async deletion(id: string): Promise<GatewayDeletion> {
      await load(id);
      return dependants.deletion(db.read, id);
    },
  };
}

export type GatewayReading = ReturnType<typeof createGatewayReading>;
