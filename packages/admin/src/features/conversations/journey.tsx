import type { Message } from '@chatgate/contract';
import { Code } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../shared/format.ts';
import { Disclosure } from '../../shared/ui/meta-details.tsx';
import { FailedPanel, LoadingRows } from '../../shared/ui/screens.tsx';
import { rawEventQuery } from './api/conversations.ts';
import classes from './conversations.module.css';

/** *How it got here*: from Meta's clock to this screen, and the raw event behind *Details*. */
export function JourneyPanel({ journey }: { journey: Message['journey'] }) {
  const { t } = useTranslation();
  const { exact, number } = useFormat();
  const { sentAt, receivedAt } = journey;
  const lateS = sentAt === null ? 0 : (receivedAt - sentAt) / 1000;
  return (
    <div className={classes.journey}>
      <dl>
        <dt>{t('journey.sent')}</dt>
        <dd>{sentAt === null ? t('journey.sentUnknown') : exact(sentAt)}</dd>
        <dt>{t('journey.received')}</dt>
        <dd>
          {exact(receivedAt)}
          {lateS >= 1
            ? ` (${t('journey.late', { seconds: number(Math.round(lateS * 10) / 10) })})`
            : ''}
        </dd>
        <dt>{t('journey.signature')}</dt>
        <dd>{t('journey.signatureValid')}</dd>
        <dt>{t('journey.stored')}</dt>
        <dd>{t('journey.storedIn', { ms: number(Math.round(journey.storedMs * 10) / 10) })}</dd>
        <dt>{t('journey.shown')}</dt>
        <dd>{exact(journey.shownAt)}</dd>
      </dl>
      {journey.copies > 1 ? <p>{t('journey.copies', { count: journey.copies })}</p> : null}
      <Disclosure label={t('common.details')}>
        {journey.rawErased ? (
          <p>{t('journey.rawErased')}</p>
        ) : (
          <RawEventView eventId={journey.eventId} />
        )}
      </Disclosure>
    </div>
  );
}

function RawEventView({ eventId }: { eventId: string }) {
  const { t } = useTranslation();
  const { data, error } = useQuery(rawEventQuery(eventId));
  if (error !== null) return <FailedPanel error={error} />;
  if (data === undefined) return <LoadingRows rows={2} height={20} />;
  return (
    <>
      <p>{t('journey.rawState', { kind: data.kind, state: data.state })}</p>
      <Code
        block
        className={classes.raw ?? ''}
        tabIndex={0}
        role="region"
        aria-label={t('journey.raw')}
      >
        {JSON.stringify(data.raw, null, 2)}
      </Code>
    </>
  );
}
