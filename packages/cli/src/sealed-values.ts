import type { Core } from '@chatgate/server';

const SECRET_COLUMNS = ['app_secret', 'previous_app_secret', 'verify_token'] as const;

type GatewayRow = { id: string } & Record<(typeof SECRET_COLUMNS)[number], string | null>;

/**
 * Opens every sealed secret of every gateway, as proof that the key is the one they were sealed
 * with. Tokens of Pages hang on the same key.
 */
export async function countSealedValues({ db, seal }: Pick<Core, 'db' | 'seal'>): Promise<number> {
  const rows = await db.read
    .withTables<{ gateway: GatewayRow }>()
    .selectFrom('gateway')
    .select(['id', ...SECRET_COLUMNS])
    .execute();
  let opened = 0;
  for (const row of rows) {
    for (const column of SECRET_COLUMNS) {
      const sealed = row[column];
      if (sealed !== null) {
        seal.open(sealed, { table: 'gateway', column, id: row.id });
        opened += 1;
      }
    }
  }
  return opened;
}
