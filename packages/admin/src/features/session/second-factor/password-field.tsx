import { PasswordInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** One's own password, before something that a stolen session must not do. */
export function PasswordField() {
  const { t } = useTranslation();
  return (
    <PasswordInput
      label={t('secondFactor.password')}
      name="password"
      autoComplete="current-password"
      maxLength={128}
      required
      withAsterisk={false}
      data-autofocus
      visibilityToggleButtonProps={{ 'aria-label': t('common.showOrHide') }}
    />
  );
}
