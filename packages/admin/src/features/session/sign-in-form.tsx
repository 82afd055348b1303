import { Anchor, Button, Divider, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../shared/api/api-error.ts';
import { FormError } from '../../shared/ui/form-error.tsx';
import { NoticeBox } from '../../shared/ui/notice-box.tsx';
import { signInOptionsQuery } from './api/links.ts';
import { setUpQuery } from './api/set-up.ts';
import { beginProviderSignIn, secondFactorStepQuery, signIn } from './api/sign-in.ts';
import { SecondFactorStep } from './second-factor-step.tsx';
import { SessionCard } from './session-card.tsx';

/** `onSignedIn` leads to where the person wanted to go. */
export function SignInForm(props: {
  readonly onSignedIn: () => void;
  /** Where that is, for whoever comes back from the provider. */
  readonly to: string | undefined;
  /** The code of what went wrong at the provider. */
  readonly problem: string | undefined;
}) {
  const { onSignedIn, to, problem } = props;
  const client = useQueryClient();
  // Undefined: as the server says, for a browser that owes a code from before.
  const [owesCode, setOwesCode] = useState<boolean>();
  const [over, setOver] = useState<unknown>(() =>
    problem === undefined ? undefined : ApiError.ofCode(problem),
  );
  const step = useQuery(secondFactorStepQuery);
  const done = () => {
    client.clear();
    onSignedIn();
  };
  if (owesCode ?? step.data?.needed ?? false) {
    const leave = (why: unknown) => {
      setOver(why);
      setOwesCode(false);
    };
    return <SecondFactorStep onSignedIn={done} onOver={leave} />;
  }
  return (
    <PasswordStep over={over} to={to} onSignedIn={done} onCodeNeeded={() => setOwesCode(true)} />
  );
}

function PasswordStep(props: {
  readonly over: unknown;
  readonly to: string | undefined;
  readonly onSignedIn: () => void;
  readonly onCodeNeeded: () => void;
}) {
  const { t } = useTranslation();
  const setUp = useQuery(setUpQuery);
  // What went wrong before is not said any more beside what goes wrong now.
  const [over, setOver] = useState(props.over);
  const attempt = useMutation({
    mutationFn: signIn,
    onSuccess: (needed) => (needed === undefined ? props.onSignedIn() : props.onCodeNeeded()),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setOver(undefined);
    attempt.mutate({
      email: String(form.get('email') ?? '').trim(),
      password: String(form.get('password') ?? ''),
    });
  };
  return (
    <SessionCard title={t('session.signInTitle')} hint={t('session.signInHint')}>
      <form onSubmit={submit}>
        <Stack>
          {setUp.data?.needed === true ? (
            <NoticeBox tone="info">{t('session.setUpNeeded')}</NoticeBox>
          ) : null}
          <TextInput
            label={t('session.email')}
            name="email"
            type="email"
            autoComplete="username"
            required
            withAsterisk={false}
            autoFocus
            data-keeps-focus
          />
          <PasswordInput
            label={t('session.password')}
            name="password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            visibilityToggleButtonProps={{ 'aria-label': t('common.showOrHide') }}
          />
          <FormError error={over ?? attempt.error} />
          <Button type="submit" size="md" loading={attempt.isPending}>
            {t('session.signIn')}
          </Button>
          <Anchor component={Link} to="/password-reset" size="sm">
            {t('session.forgot')}
          </Anchor>
        </Stack>
      </form>
      <ProviderButton to={props.to} onPressed={() => setOver(undefined)} />
    </SessionCard>
  );
}

/** The way by the OpenID Connect provider, where one is configured. */
function ProviderButton(props: {
  readonly to: string | undefined;
  readonly onPressed: () => void;
}) {
  const { to, onPressed } = props;
  const { t } = useTranslation();
  const options = useQuery(signInOptionsQuery);
  const beginning = useMutation({
    mutationFn: () => beginProviderSignIn(to),
    onSuccess: ({ url }) => location.assign(url),
  });
  const provider = options.data?.provider ?? null;
  if (provider === null) return null;
  return (
    <Stack mt="md">
      <Divider label={t('session.or')} />
      <FormError error={beginning.error} />
      <Button
        variant="default"
        size="md"
        loading={beginning.isPending || beginning.isSuccess}
        onClick={() => {
          onPressed();
          beginning.mutate();
        }}
      >
        {provider.label}
      </Button>
    </Stack>
  );
}
