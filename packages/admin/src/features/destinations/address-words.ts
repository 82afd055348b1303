import type { TFunction } from 'i18next';
import { ApiError, textOf } from '../../shared/api/api-error.ts';

const REASONS = [
  'malformed',
  'scheme',
  'credentials',
  'insecure',
  'port',
  'address',
  'unknown_name',
] as const;

/** Why an address was refused, for the field it stands in; undefined for any other error. */
export function refusedAddress(t: TFunction, error: unknown): string | undefined {
  if (!(error instanceof ApiError) || error.code !== 'address_refused') return undefined;
  const reason = textOf(error.details['reason']);
  const known = REASONS.find((entry) => entry === reason);
  return t(known === undefined ? 'errors.address_refused' : `destinationForm.refused_${known}`);
}
