import type { Reply } from '@chatgate/contract';
import { useTranslation } from 'react-i18next';
import classes from '../conversations.module.css';

const TOLD = {
  sending: 'replies.toldSending',
  sent: 'replies.toldSent',
  delivered: 'replies.toldSent',
  read: 'replies.toldSent',
  failed: 'replies.toldFailed',
  unknown: 'replies.toldUnknown',
} as const;

/** Says to a screen reader how the latest reply does, when that changes. */
export function LastReply({ reply }: { reply: Reply | undefined }) {
  const { t } = useTranslation();
  return (
    <p role="status" className={classes.hidden}>
      {reply === undefined ? '' : t(TOLD[reply.state])}
    </p>
  );
}
