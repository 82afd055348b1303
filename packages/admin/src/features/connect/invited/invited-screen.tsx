import type { Invitation } from '@chatgate/contract';
import { Button, Loader, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../../shared/api/api-error.ts';
import { useErrorWords } from '../../../shared/error-words.ts';
import { useFormat } from '../../../shared/format.ts';
import { connectByInvite, invitationQuery } from './api.ts';
import classes from './invited.module.css';
import { InvitedFrame } from './invited-frame.tsx';

const ENDS = ['used', 'expired', 'revoked', 'unknown'] as const;
type End = (typeof ENDS)[number];

/** What the link leads to: who asks for what, and one button. */
export function InvitedScreen(props: {
  readonly token: string;
  readonly onEarlier: (attemptId: string) => void;
}) {
  const { t } = useTranslation();
  const words = useErrorWords();
  const { token } = props;
  const query = useQuery({ ...invitationQuery(token), enabled: token !== '' });
  const end = token === '' ? 'unknown' : endOf(query.error);
  if (end !== undefined) {
    return <InvitedFrame title={t(`invited.${end}Title`)} text={t(`invited.${end}Text`)} />;
  }
  if (query.data !== undefined) return <Asked {...props} invitation={query.data} />;
  if (query.error !== null) {
    return (
      <InvitedFrame
        title={t('invited.failedTitle')}
        text={words(query.error)}
        foot={
          <Button size="md" loading={query.isFetching} onClick={() => void query.refetch()}>
            {t('invited.again')}
          </Button>
        }
      />
    );
  }
  return (
    <InvitedFrame title={t('invited.loading')} busy>
      <Loader size={24} aria-hidden="true" />
    </InvitedFrame>
  );
}

/** Why the link is over, where the server said so. */
function endOf(error: unknown): End | undefined {
  if (!(error instanceof ApiError)) return undefined;
  if (error.code === 'invalid') return 'unknown';
  if (error.code !== 'link_spent') return undefined;
  return ENDS.find((end) => end === error.details['reason']) ?? 'unknown';
}

function Asked(props: {
  readonly token: string;
  readonly invitation: Invitation;
  readonly onEarlier: (attemptId: string) => void;
}) {
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  const { gateway, invitedBy, expiresAt, permissions, attemptId } = props.invitation;
  return (
    <InvitedFrame
      title={t('invited.title', { gateway })}
      text={t('invited.asks', { name: invitedBy, gateway })}
      foot={
        <>
          <Go token={props.token} />
          {attemptId === null ? null : (
            <Button size="md" variant="subtle" onClick={() => props.onEarlier(attemptId)}>
              {t('invited.earlier')}
            </Button>
          )}
          <Text size="sm" c="dimmed">
            {t('invited.until', { when: dateTime(expiresAt) })}
          </Text>
        </>
      }
    >
      <section>
        <Title order={2}>{t('invited.howTitle')}</Title>
        <ol className={classes.steps}>
          <li>{t('invited.stepLogIn')}</li>
          <li>{t('invited.stepEdit')}</li>
          <li>{t('invited.stepTick')}</li>
          <li>{t('invited.stepDone')}</li>
        </ol>
      </section>
      <section>
        <Title order={2}>{t('invited.whyTitle')}</Title>
        <dl className={classes.permissions}>
          {permissions.map((permission) => (
            <PermissionLine key={permission} permission={permission} />
          ))}
        </dl>
        <Text size="sm" mt="sm">
          {t('invited.nothingElse')}
        </Text>
      </section>
    </InvitedFrame>
  );
}

const EXPLAINED = [
  'public_profile',
  'pages_show_list',
  'pages_messaging',
  'pages_manage_metadata',
  'business_management',
  'pages_read_engagement',
] as const;

function PermissionLine({ permission }: { permission: string }) {
  const { t } = useTranslation();
  const known = EXPLAINED.find((name) => name === permission);
  return (
    <div>
      <dt>{known === undefined ? permission : t(`scopes.${known}`)}</dt>
      {known === undefined ? null : (
        <dd>
          <code>{permission}</code>
        </dd>
      )}
    </div>
  );
}

/** Goes on in this very tab: on a phone, and inside of other applications, windows are blocked. */
function Go({ token }: { token: string }) {
  const { t } = useTranslation();
  const words = useErrorWords();
  const go = useMutation({
    mutationFn: () => connectByInvite({ token }),
    onSuccess: ({ url }) => window.location.assign(url),
  });
  return (
    <>
      <Button size="md" loading={go.isPending || go.isSuccess} onClick={() => go.mutate()}>
        {t('invited.go')}
      </Button>
      {go.error === null ? null : (
        <Text role="alert" className={classes.bad ?? ''}>
          {words(go.error)}
        </Text>
      )}
    </>
  );
}
