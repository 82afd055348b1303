/**
 * Resealing: lets the secret key be replaced while everything sealed with the one before still opens.
 *
 * Owns the table `kept_key`; writes the sealed columns that the seal was told of, and nothing else of
 * their rows.
 */
export { openKeptKeys, SEALED_KEPT_KEY } from './kept-keys.ts';
export { countSealed, type Resealed, resealAll, type SealedCounts } from './reseal.ts';
