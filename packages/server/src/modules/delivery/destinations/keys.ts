import type { Seal, SealedColumn } from '../../../platform/seal.ts';
import type { Secret } from '../../../platform/secret.ts';
import { readSigningKeys, type SigningKeys } from '../send/sign.ts';
import type { DestinationRow } from './store.ts';

const KEYS = ['secret', 'previous_secret', 'signing_key'] as const;
type KeyColumn = (typeof KEYS)[number];

export const sealedDestinationColumns: readonly SealedColumn[] = KEYS.map((column) => ({
  ...{ table: 'destination', column, key: ['id'] },
}));

/** Seals and opens the keys of a destination, each bound to its column and row. */
export function createKeys(seal: Seal) {
  const place = (id: string, column: KeyColumn) => ({ table: 'destination', column, id });
  const open = (row: DestinationRow, column: KeyColumn): Secret | undefined => {
    const sealed = row[column];
    return sealed === null ? undefined : seal.open(sealed, place(row.id, column));
  };
  return {
    seal: (id: string, column: KeyColumn, secret: Secret) => seal.seal(secret, place(id, column)),
    open,
    /** Undefined for a destination that is not signed. */
    signing(row: DestinationRow, now: number): SigningKeys | undefined {
      const secret = open(row, 'secret');
      const privateKey = open(row, 'signing_key');
      if (!secret || !privateKey) {
        return undefined;
      }
      const isPreviousValid = (row.previous_secret_until ?? 0) > now;
      const previous = isPreviousValid ? open(row, 'previous_secret') : undefined;
      return readSigningKeys({ secrets: previous ? [secret, previous] : [secret], privateKey });
    },
  };
}
