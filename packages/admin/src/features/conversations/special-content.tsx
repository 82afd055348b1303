import type { Message } from '@chatgate/contract';
import {
  type Icon,
  IconAlertOctagon,
  IconArrowsExchange,
  IconBell,
  IconHandClick,
  IconQuestionMark,
  IconRoute,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './conversations.module.css';

/** What is not a plain message: a pressed button, an arrival, a notice, or something unknown. */
export function SpecialContent({ message }: { message: Message }) {
  const { t } = useTranslation();
  switch (message.kind) {
    case 'message':
      return <Referral message={message} />;
    case 'postback':
      return (
        <Special picture={IconHandClick} title={t('message.postback')}>
          {message.postback?.title === null || message.postback === null ? null : (
            <strong>{message.postback.title}</strong>
          )}
          {message.postback?.payload === null || message.postback === null ? null : (
            <div className={classes.quiet}>
              {t('message.postbackPayload', { payload: message.postback.payload })}
            </div>
          )}
          <Referral message={message} />
        </Special>
      );
    case 'referral':
      return (
        <Special picture={IconRoute} title={t('message.referral')}>
          <Referral message={message} />
        </Special>
      );
    case 'optin':
      return <Special picture={IconBell} title={t('message.optin')} />;
    case 'handover':
      return (
        <Special picture={IconArrowsExchange} title={t('message.handover')}>
          {message.detail}
        </Special>
      );
    case 'policy':
      return (
        <Special picture={IconAlertOctagon} title={t('message.policy')}>
          {message.detail}
        </Special>
      );
    case 'unknown':
      return (
        <Special picture={IconQuestionMark} title={t('message.unknown')}>
          {message.detail === null ? null : t('message.unknownDetail', { kind: message.detail })}
        </Special>
      );
  }
}

function Special(props: {
  readonly picture: Icon;
  readonly title: string;
  readonly children?: ReactNode;
}) {
  const Picture = props.picture;
  return (
    <div className={classes.special}>
      <Picture size={18} stroke={1.7} aria-hidden="true" />
      <div className={classes.shrink}>
        <div className={classes.specialTitle}>{props.title}</div>
        {props.children}
      </div>
    </div>
  );
}

function Referral({ message }: { message: Message }) {
  const { t } = useTranslation();
  const { referral } = message;
  if (referral === null) return null;
  const parts = [
    referral.source === null ? null : t('message.referralSource', { source: referral.source }),
    referral.ref === null ? null : t('message.referralRef', { ref: referral.ref }),
    referral.adId === null ? null : t('message.referralAd', { ad: referral.adId }),
  ].filter((part) => part !== null);
  return <div className={classes.quiet}>{parts.join(' · ')}</div>;
}
