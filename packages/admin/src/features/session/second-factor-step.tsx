import { Anchor, Button, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../shared/api/api-error.ts';
import { FormError } from '../../shared/ui/form-error.tsx';
import { answerSecondFactor } from './api/sign-in.ts';
import { CodeInput } from './code-input.tsx';
import { SessionCard } from './session-card.tsx';

/** The code after the password. `onOver` leads back to the password, with why. */
export function SecondFactorStep(props: {
  readonly onSignedIn: () => void;
  readonly onOver: (why: unknown) => void;
}) {
  const { t } = useTranslation();
  const form = useRef<HTMLFormElement>(null);
  const answering = useMutation({
    mutationFn: answerSecondFactor,
    onSuccess: props.onSignedIn,
    onError: (error) => {
      form.current?.reset();
      form.current?.querySelector('input')?.focus();
      if (!(error instanceof ApiError)) return;
      const isOver = error.code === 'challenge_over' || error.details['triesLeft'] === 0;
      if (isOver) props.onOver(ApiError.ofCode('challenge_over'));
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    answering.mutate(String(new FormData(event.currentTarget).get('code') ?? '').trim());
  };
  return (
    <SessionCard title={t('secondFactor.stepTitle')} hint={t('secondFactor.stepHint')}>
      <form ref={form} onSubmit={submit}>
        <Stack>
          <CodeInput takesFocus />
          <FormError error={answering.error} />
          <Button type="submit" size="md" loading={answering.isPending}>
            {t('secondFactor.signIn')}
          </Button>
          <Anchor
            component="button"
            type="button"
            size="sm"
            ta="start"
            onClick={() => props.onOver(undefined)}
          >
            {t('secondFactor.startOver')}
          </Anchor>
        </Stack>
      </form>
    </SessionCard>
  );
}
