import type { Reply } from '@chatgate/contract';
import { Button, Group } from '@mantine/core';
import { IconAlertTriangle, IconClock, IconHelpCircle } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../../shared/api/me.ts';
import { useErrorWords } from '../../../shared/error-words.ts';
import { useFormat } from '../../../shared/format.ts';
import { tellFailed } from '../../../shared/notice.ts';
import { MetaDetails } from '../../../shared/ui/meta-details.tsx';
import { resolveReply } from '../api/replies.ts';
import { Attachments } from '../attachments.tsx';
import classes from '../conversations.module.css';
import { Ticks } from '../ticks.tsx';

/** A reply that is no message yet: on its way, sent, failed, or of unknown fate. */
export function ReplyBubble({ reply }: { reply: Reply }) {
  const { t } = useTranslation();
  const { time, exact } = useFormat();
  const { sender, attachment, part, createdAt } = reply;
  const words = sender.kind === 'person' ? 'replies.you' : 'replies.bot';
  return (
    <article className={classes.message} data-direction="out" data-reply={reply.state}>
      <div className={classes.sender}>{t(words, { person: sender.name })}</div>
      <div className={classes.bubble} data-kind="message" data-state={reply.state}>
        {reply.text === null ? null : (
          <p className={classes.text} dir="auto">
            {reply.text}
          </p>
        )}
        <Attachments attachments={attachment === null ? [] : [{ ...attachment, title: null }]} />
      </div>
      <div className={classes.meta}>
        <time dateTime={new Date(createdAt).toISOString()} title={exact(createdAt)}>
          {time(createdAt)}
        </time>
        {part.of > 1 ? <span>{t('replies.part', part)}</span> : null}
        {reply.tag === 'HUMAN_AGENT' ? <span>{t('replies.humanAgentTag')}</span> : null}
        <State reply={reply} />
      </div>
      <Ending reply={reply} />
    </article>
  );
}

function State({ reply }: { reply: Reply }) {
  const { t } = useTranslation();
  const { time } = useFormat();
  switch (reply.state) {
    case 'sent':
    case 'delivered':
    case 'read':
      return <Ticks delivery={reply.state} />;
    case 'sending':
      return (
        <>
          <span className={classes.state}>
            <IconClock size={14} aria-hidden="true" />
            {reply.waiting === null
              ? t('replies.sending')
              : t('replies.waits', { time: time(reply.waiting.until) })}
          </span>
          <MetaDetails problem={reply.waiting?.problem} of={reply.text ?? ''} />
        </>
      );
    case 'failed':
    case 'unknown':
      return null;
  }
}

/** What went wrong, in words, and what a person can do about it. */
function Ending({ reply }: { reply: Reply }) {
  const { t } = useTranslation();
  const may = useMay()('conversations:reply');
  const resolve = useResolve(reply);
  if (reply.state === 'failed') {
    return (
      <div className={classes.ending} data-tone="bad">
        <p>
          <IconAlertTriangle size={16} aria-hidden="true" />
          <span>
            <strong>{t('replies.failed')}</strong>{' '}
            {t(`replyFailures.${reply.failure?.code ?? 'refused'}`)}
          </span>
        </p>
        <Group gap="xs">
          {may && reply.failure?.code !== 'earlier_part_failed' ? (
            <Button
              size="compact-sm"
              variant="default"
              loading={resolve.isPending}
              onClick={() => resolve.mutate('retry')}
            >
              {t('replies.tryAgain')}
            </Button>
          ) : null}
          <MetaDetails problem={reply.failure?.problem} of={reply.text ?? ''} />
        </Group>
      </div>
    );
  }
  if (reply.state !== 'unknown') return null;
  return (
    <div className={classes.ending} data-tone="warn">
      <p>
        <IconHelpCircle size={16} aria-hidden="true" />
        <span>
          <strong>{t('replies.unknown')}</strong> {t('replies.unknownHint')}
        </span>
      </p>
      {may ? (
        <Group gap="xs">
          <Button
            size="compact-sm"
            variant="default"
            disabled={resolve.isPending}
            onClick={() => resolve.mutate('arrived')}
          >
            {t('replies.arrived')}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            disabled={resolve.isPending}
            onClick={() => resolve.mutate('retry')}
          >
            {t('replies.sendAgain')}
          </Button>
        </Group>
      ) : null}
    </div>
  );
}

function useResolve(reply: Reply) {
  const client = useQueryClient();
  const words = useErrorWords();
  return useMutation({
    mutationFn: (how: 'retry' | 'arrived') => resolveReply(reply, how),
    onError: (error) => tellFailed(words(error)),
    onSettled: () => client.invalidateQueries({ queryKey: ['replies', reply.conversationId] }),
  });
}
