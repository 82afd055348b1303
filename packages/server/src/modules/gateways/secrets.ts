import type { Seal, SealedColumn } from '../../platform/seal.ts';
import type { Secret } from '../../platform/secret.ts';
import type { GatewayRow } from './store.ts';

const SECRETS = ['app_secret', 'previous_app_secret', 'verify_token'] as const;
type SecretColumn = (typeof SECRETS)[number];

export const sealedGatewayColumns: readonly SealedColumn[] = SECRETS.map((column) => ({
  ...{ table: 'gateway', column, key: ['id'] },
}));

/** Seals and opens the three secrets of a gateway, each bound to its column and row. */
export function createGatewaySecrets(seal: Seal) {
  const place = (id: string, column: SecretColumn) => ({ table: 'gateway', column, id });

  function open(row: GatewayRow, column: SecretColumn): Secret | undefined {
    const sealed = row[column];
    return sealed === null ? undefined : seal.open(sealed, place(row.id, column));
  }

  return {
    seal: (id: string, column: SecretColumn, secret: Secret) =>
      seal.seal(secret, place(id, column)),
    /** Throws for a gateway deleted so long ago that its secret is gone. */
    appSecret(row: GatewayRow): Secret {
      const secret = open(row, 'app_secret');
      if (!secret) {
        throw new Error(`The App secret of ${row.id} is gone.`);
      }
      return secret;
    },
    verifyToken: (row: GatewayRow) => open(row, 'verify_token'),
    /** The current secret, and the one before while it is still accepted. */
    accepted(row: GatewayRow, now: number): Secret[] {
      const previous =
        row.previous_secret_until !== null && row.previous_secret_until > now
          ? open(row, 'previous_app_secret')
          : undefined;
      return [open(row, 'app_secret'), previous].filter((secret) => secret !== undefined);
    },
  };
}

export type GatewaySecrets = ReturnType<typeof createGatewaySecrets>;
