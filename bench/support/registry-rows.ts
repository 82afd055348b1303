import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';

/**
 * The rows that the first page of the registry shows, asked of the database itself: Pages with the
 * grant in use and its account, by name.
 */
const ROWS = `
  select p.*, g.token_state, g.token_problem, a.name as account_name, a.kind as account_kind
  from page p
  left join page_grant g
    on g.gateway_id = p.gateway_id and g.page_id = p.page_id and g.active = 1
  left join page_account a on a.gateway_id = g.gateway_id and a.account_id = g.account_id
  where p.gateway_id = $1 and p.removed_at is null
  order by p.sort_name, p.page_id limit 500`;

export type RegistryRows = {
  readonly select: (gatewayId: string) => Promise<readonly unknown[]>;
  readonly close: () => Promise<void>;
};

/** A connection of its own to the gateway's database; never writes. */
export async function openRegistryRows(where: {
  file: string;
  url: string;
}): Promise<RegistryRows> {
  if (where.url !== '') {
    const client = new pg.Client(where.url);
    await client.connect();
    return {
      select: async (gatewayId) =>
        (await client.query({ name: 'rows', text: ROWS, values: [gatewayId] })).rows,
      close: () => client.end(),
    };
  }
  const database = new DatabaseSync(where.file, { readOnly: true });
  const statement = database.prepare(ROWS.replace('$1', '?'));
  return {
    select: async (gatewayId) => statement.all(gatewayId),
    close: async () => database.close(),
  };
}
