import type { ReplyWindow } from '@chatgate/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { meQuery, useMay } from '../../../shared/api/me.ts';
import { permissionWords } from '../../../shared/error-words.ts';
import { useNow } from '../../../shared/format.ts';
import { repliesQuery } from '../api/replies.ts';
import { Composer } from './composer.tsx';
import classes from './replies.module.css';
import { boxStateOf } from './reply-window.ts';
import { ClosedNotice, HumanAgentNotice } from './window-notice.tsx';

/** Below the thread: where one answers, for how long yet, or why not. */
export function ReplyBox({ conversationId, name }: { conversationId: string; name: string }) {
  const { t } = useTranslation();
  const mayReply = useMay()('conversations:reply');
  const replies = useQuery(repliesQuery(conversationId));
  if (!mayReply) {
    const permission = permissionWords(t, 'conversations:reply');
    return <p className={classes.mayNot}>{t('replies.mayNot', { permission })}</p>;
  }
  if (replies.data === undefined) {
    return <div className={classes.box} aria-busy="true" />;
  }
  const { window } = replies.data;
  return (
    <section className={classes.box} aria-label={t('replies.label', { name })}>
      <BoxContent {...{ conversationId, name, window }} readAt={replies.dataUpdatedAt} />
    </section>
  );
}

function BoxContent(props: {
  readonly conversationId: string;
  readonly name: string;
  readonly window: ReplyWindow;
  /** When `window` was read, by this browser's clock. */
  readonly readAt: number;
}) {
  const { conversationId, name, window, readAt } = props;
  const personId = useQuery(meQuery).data?.id ?? '';
  // The server's clock counts: it is the one that decides.
  const now = useNow() + (window.now - readAt);
  const state = boxStateOf(window, now);
  useReadAgain(conversationId, state.kind === 'outdated');
  if (state.kind === 'closed' || state.kind === 'outdated') {
    return <ClosedNotice window={window} />;
  }
  return (
    <>
      {state.kind === 'human_agent' ? <HumanAgentNotice until={state.until} /> : null}
      <Composer
        {...{ conversationId, name, personId }}
        leftMs={state.kind === 'open' ? state.leftMs : undefined}
      />
    </>
  );
}

function useReadAgain(conversationId: string, isOutdated: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (isOutdated) void client.invalidateQueries({ queryKey: ['replies', conversationId] });
  }, [client, conversationId, isOutdated]);
}
