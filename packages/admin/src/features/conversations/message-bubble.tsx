import type { Message } from '@chatgate/contract';
import { IconCornerUpLeft } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../shared/format.ts';
import { Disclosure } from '../../shared/ui/meta-details.tsx';
import { Attachments } from './attachments.tsx';
import { senderWords } from './contact-words.ts';
import classes from './conversations.module.css';
import type { DeliveryState } from './delivery-state.ts';
import { JourneyPanel } from './journey.tsx';
import { SpecialContent } from './special-content.tsx';
import { Ticks } from './ticks.tsx';

interface BubbleProps {
  readonly message: Message;
  readonly delivery: DeliveryState | undefined;
}

/** One message with everything Meta told about it, and how it got here. */
export function MessageBubble({ message, delivery }: BubbleProps) {
  const { t } = useTranslation();
  const { time, exact } = useFormat();
  const sender = senderWords(t, message.sender);
  return (
    <article className={classes.message} data-direction={message.direction}>
      {sender === undefined ? null : <div className={classes.sender}>{sender}</div>}
      <div className={classes.bubble} data-kind={message.kind}>
        <ReplyTo message={message} />
        <SpecialContent message={message} />
        {message.deleted ? <em className={classes.quiet}>{t('message.deleted')}</em> : null}
        {message.text === null || message.deleted ? null : (
          <p className={classes.text} dir="auto">
            {message.text}
          </p>
        )}
        <Attachments attachments={message.attachments} />
        {message.quickReply === null ? null : (
          <div className={classes.quiet}>
            {t('message.quickReply', { payload: message.quickReply })}
          </div>
        )}
        <Edits message={message} />
      </div>
      <Reactions message={message} />
      <div className={classes.meta}>
        <time dateTime={new Date(message.sentAt).toISOString()} title={exact(message.sentAt)}>
          {time(message.sentAt)}
        </time>
        {delivery === undefined ? null : <Ticks delivery={delivery} />}
        {message.journey.standby ? <span>{t('message.standby')}</span> : null}
        <Disclosure label={t('journey.title')}>
          <JourneyPanel journey={message.journey} />
        </Disclosure>
      </div>
    </article>
  );
}

function ReplyTo({ message }: { message: Message }) {
  const { t } = useTranslation();
  const { replyTo } = message;
  if (replyTo === null) return null;
  return (
    <div className={classes.replyTo}>
      <IconCornerUpLeft size={14} aria-hidden="true" />
      {replyTo.text === null ? (
        t('message.replyToUnknown')
      ) : (
        <span>
          {t('message.replyTo')} <q>{replyTo.text}</q>
        </span>
      )}
    </div>
  );
}

function Edits({ message }: { message: Message }) {
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  // The first wording is number 0, the last is the text shown above.
  const earlier = message.edits.slice(0, -1);
  if (earlier.length === 0) return null;
  return (
    <Disclosure label={t('message.edited', { count: earlier.length })}>
      <ol className={classes.edits} aria-label={t('message.earlier')}>
        {earlier.map((edit) => (
          <li key={edit.number}>
            {edit.text} <span className={classes.quiet}>({dateTime(edit.at)})</span>
          </li>
        ))}
      </ol>
    </Disclosure>
  );
}

function Reactions({ message }: { message: Message }) {
  const { t } = useTranslation();
  if (message.reactions.length === 0) return null;
  return (
    <ul className={classes.reactions}>
      {message.reactions.map(({ by, emoji, reaction }) => {
        const key = by === 'contact' ? 'reactionContact' : 'reactionPage';
        return (
          <li key={by + reaction}>
            <span role="img" aria-label={t(`message.${key}`, { reaction })}>
              {emoji ?? reaction}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
