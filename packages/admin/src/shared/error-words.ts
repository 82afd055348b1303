import type { TFunction } from 'i18next';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, metaProblemOf, missingOf, textOf } from './api/api-error.ts';

/** The name of a permission in the language of the person. */
export function permissionWords(t: TFunction, permission: string): string {
  switch (permission) {
    case 'admin:access':
    case 'gateways:access':
    case 'gateways:read':
    case 'gateways:create':
    case 'gateways:edit':
    case 'gateways:delete':
    case 'conversations:access':
    case 'conversations:read':
    case 'conversations:reply':
    case 'conversations:delete':
    case 'destinations:access':
    case 'destinations:read':
    case 'destinations:create':
    case 'destinations:edit':
    case 'destinations:delete':
    case 'users:access':
    case 'users:read':
    case 'users:create':
    case 'users:edit':
    case 'users:delete':
    case 'audit:access':
    case 'audit:read':
      return t(`permissions.${permission}`);
    default:
      return t('permissions.other', { name: permission });
  }
}

/** How long a pause lasts, in the unit that a person would say it in, and when it ends. */
function pauseWords(t: TFunction, { at, seconds }: { at: number; seconds: number }): string {
  return seconds < 100
    ? t('errors.sign_in_paused_seconds', { at, wait: Math.ceil(seconds) })
    : t('errors.sign_in_paused_minutes', { at, wait: Math.ceil(seconds / 60) });
}

function particularWords(t: TFunction, error: ApiError): string | undefined {
  switch (error.code) {
    case 'app_id_taken': {
      const name = textOf(error.details['name']) ?? textOf(error.details['gatewayName']);
      return name === undefined ? t('errors.app_id_taken') : t('errors.app_id_taken_by', { name });
    }
    case 'code_wrong': {
      const count = error.details['triesLeft'];
      return typeof count === 'number'
        ? t('errors.code_wrong_left', { count })
        : t('errors.code_wrong');
    }
    case 'sign_in_paused': {
      const at = error.details['until'];
      return typeof at === 'number'
        ? pauseWords(t, { at, seconds: error.retryAfterS ?? 0 })
        : t('errors.sign_in_locked');
    }
    case 'rate_limited':
      return error.retryAfterS === undefined
        ? t('errors.rate_limited')
        : t('errors.rate_limited_for', { count: Math.ceil(error.retryAfterS) });
    case 'meta_refused': {
      const words = metaProblemOf(error)?.message;
      return words === undefined
        ? t('errors.meta_refused_plain')
        : t('errors.meta_refused', { words });
    }
    case 'forbidden':
    case 'beyond_own_rights': {
      const missing = missingOf(error).map((permission) => permissionWords(t, permission));
      return t(`errors.${error.code}`, { permission: missing.join(', ') });
    }
    default:
      return undefined;
  }
}

const PLAIN = [
  'invalid',
  'challenge_over',
  'provider_off',
  'provider_unreachable',
  'provider_refused',
  'provider_cancelled',
  'provider_attempt_over',
  'provider_email_unverified',
  'provider_unknown_person',
  'provider_identity_taken',
  'provider_no_role',
  'provider_person_disabled',
  'second_factor_on',
  'second_factor_off',
  'no_password',
  'unauthenticated',
  'credentials_wrong',
  'origin_refused',
  'not_found',
  'conflict',
  'text_too_long',
  'window_closed',
  'recipient_unavailable',
  'gateway_off',
  'page_removed',
  'needs_login',
  'idempotency_key_reused',
  'setup_done',
  'link_spent',
  'last_administrator',
  'role_in_use',
  'role_name_taken',
  'role_built_in',
  'person_exists',
  'already_invited',
  'mail_off',
  'person_only',
  'invitation_withdrawn',
  'too_large',
  'address_refused',
  'nats_not_configured',
  'meta_unreachable',
  'unavailable',
  'internal',
  'unreachable',
  'unreadable',
] as const;

/** One sentence for a person, in their language, for whatever a call threw. */
export function errorWords(t: TFunction, error: unknown): string {
  if (!(error instanceof ApiError)) return t('errors.unknown');
  const particular = particularWords(t, error);
  if (particular !== undefined) return particular;
  const known = PLAIN.find((code) => code === error.code);
  if (known !== undefined) return t(`errors.${known}`);
  return error.message === '' ? t('errors.unknown') : error.message;
}

export function useErrorWords(): (error: unknown) => string {
  const { t } = useTranslation();
  return useCallback((error) => errorWords(t, error), [t]);
}
