import { TextInput } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

/**
 * Six digits of the app, or a recovery code, where there are any: so letters may be typed, too.
 * `takesFocus` where it follows a step whose fields are gone.
 */
export function CodeInput(props: { readonly takesFocus?: boolean; readonly ofAppOnly?: boolean }) {
  const { takesFocus = false, ofAppOnly = false } = props;
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (takesFocus) input.current?.focus();
  }, [takesFocus]);
  return (
    <TextInput
      ref={input}
      label={t('secondFactor.code')}
      description={t(ofAppOnly ? 'secondFactor.appCodeHint' : 'secondFactor.codeHint')}
      name="code"
      autoComplete="one-time-code"
      inputMode={ofAppOnly ? 'numeric' : 'text'}
      autoCapitalize="none"
      spellCheck={false}
      minLength={6}
      maxLength={20}
      required
      withAsterisk={false}
    />
  );
}
