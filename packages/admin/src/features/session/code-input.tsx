import { TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** Six digits of the app, or a recovery code: so letters may be typed, too. */
export function CodeInput() {
  const { t } = useTranslation();
  return (
    <TextInput
      label={t('secondFactor.code')}
      description={t('secondFactor.codeHint')}
      name="code"
      autoComplete="one-time-code"
      autoCapitalize="none"
      spellCheck={false}
      minLength={6}
      maxLength={20}
      required
      withAsterisk={false}
      data-autofocus
    />
  );
}
