import { PasswordInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** For a password that is being chosen. */
export function NewPasswordInput({ label, name }: { label: string; name: string }) {
  const { t } = useTranslation();
  return (
    <PasswordInput
      label={label}
      description={t('session.passwordHint')}
      name={name}
      autoComplete="new-password"
      minLength={12}
      maxLength={128}
      required
      visibilityToggleButtonProps={{ 'aria-label': t('common.showOrHide') }}
    />
  );
}
