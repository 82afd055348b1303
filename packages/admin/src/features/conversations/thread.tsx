import { ActionIcon, Avatar, Button, Text, Title } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconArrowLeft } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../shared/format.ts';
import { ownPicture } from '../../shared/own-picture.ts';
import { useDocumentTitle } from '../../shared/ui/page-title.tsx';
import { FailedPanel, LoadingRows } from '../../shared/ui/screens.tsx';
import { markRead, messagesQuery } from './api/conversations.ts';
import { repliesQuery } from './api/replies.ts';
import { contactName } from './contact-words.ts';
import classes from './conversations.module.css';
import { beginsDay, deliveryState } from './delivery-state.ts';
import { ErasePerson } from './erase-person.tsx';
import { MessageBubble } from './message-bubble.tsx';
import { LastReply } from './replies/last-reply.tsx';
import { mergeReplies } from './replies/merge-replies.ts';
import { ReplyBox } from './replies/reply-box.tsx';
import { ReplyBubble } from './replies/reply-bubble.tsx';

/** One conversation, newest at the bottom, older ones as one scrolls up. */
export function Thread({ conversationId }: { conversationId: string }) {
  const { t } = useTranslation();
  const query = useInfiniteQuery(messagesQuery(conversationId));
  const replies = useQuery(repliesQuery(conversationId)).data?.items ?? [];
  const newest = query.data?.pages[0];
  const unread = newest?.conversation.unread ?? 0;
  useMarkRead(conversationId, { unread, newestId: newest?.items.at(-1)?.id });

  if (newest === undefined) {
    return query.error === null ? (
      <div className={classes.padded}>
        <LoadingRows rows={5} height={48} />
      </div>
    ) : (
      <div className={classes.padded}>
        <FailedPanel error={query.error} retry={() => void query.refetch()} />
      </div>
    );
  }
  const messages = (query.data?.pages ?? []).toReversed().flatMap((page) => page.items);
  const entries = mergeReplies(messages, replies, { hasOlder: query.hasNextPage });
  const shown = new Set(entries.map(({ id }) => id));
  const name = contactName(t, newest.conversation.contact);
  return (
    <>
      <ThreadHead conversation={newest.conversation} />
      {/* Reversed, so that the newest stays in view and older ones do not push it away. */}
      <section
        className={classes.messages}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable
        tabIndex={0}
        aria-label={t('conversations.thread', { name })}
      >
        <ol className={classes.flow}>
          <li className={classes.older}>
            <Older
              hasMore={query.hasNextPage}
              isLoading={query.isFetchingNextPage}
              hasFailed={query.isFetchNextPageError}
              onMore={() => void query.fetchNextPage()}
            />
          </li>
          {entries.map((entry, index) => (
            <li key={entry.id} className={classes.entry}>
              {beginsDay(entry.at, entries[index - 1]?.at) ? <Day at={entry.at} /> : null}
              {entry.kind === 'reply' ? (
                <ReplyBubble reply={entry.reply} />
              ) : (
                <MessageBubble
                  message={entry.message}
                  delivery={deliveryState(entry.message, newest)}
                />
              )}
            </li>
          ))}
        </ol>
      </section>
      <LastReply reply={replies.findLast(({ id }) => shown.has(id))} />
      <ReplyBox conversationId={conversationId} name={name} />
    </>
  );
}

function ThreadHead({
  conversation,
}: {
  conversation: {
    id: string;
    contact: Parameters<typeof contactName>[1];
    page: { name: string };
  };
}) {
  const { t } = useTranslation();
  const { contact, page } = conversation;
  const name = contactName(t, contact);
  useDocumentTitle(t('conversations.thread', { name }));
  // Alone on the screen the thread's heading is the first.
  const isNarrow = useMediaQuery('(max-width: 800px)');
  return (
    <header className={classes.threadHead}>
      <ActionIcon
        component={Link}
        to="/conversations"
        variant="subtle"
        color="gray"
        size={34}
        className={classes.back ?? ''}
        aria-label={t('conversations.backToList')}
      >
        <IconArrowLeft size={20} aria-hidden="true" />
      </ActionIcon>
      <Avatar
        src={ownPicture(contact.pictureUrl)}
        alt=""
        size={38}
        radius="xl"
        aria-hidden="true"
      />
      <div className={classes.shrink}>
        <Title
          order={isNarrow === true ? 1 : 2}
          size="h2"
          tabIndex={-1}
          data-route-focus
          className={classes.ellipsis ?? ''}
        >
          {name}
        </Title>
        <Text size="xs" c="dimmed" className={classes.ellipsis ?? ''}>
          {t('conversations.on', { page: page.name })}
        </Text>
      </div>
      <ErasePerson conversationId={conversation.id} name={name} />
    </header>
  );
}

function Day({ at }: { at: number }) {
  const { day } = useFormat();
  return <div className={classes.day}>{day(at)}</div>;
}

/** Loads older messages as it comes into view; the button is for keyboards. */
function Older(props: {
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  /** Then it waits for the button: what fails at once would be asked for without end. */
  readonly hasFailed: boolean;
  readonly onMore: () => void;
}) {
  const { t } = useTranslation();
  const mark = useRef<HTMLDivElement>(null);
  const { hasMore, isLoading, hasFailed, onMore } = props;
  const more = useRef(onMore);
  more.current = onMore;
  useEffect(() => {
    const element = mark.current;
    if (element === null || !hasMore || isLoading || hasFailed) return;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) more.current();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [hasMore, isLoading, hasFailed]);
  return (
    <div ref={mark}>
      {hasMore ? (
        <Button variant="subtle" size="compact-sm" loading={isLoading} onClick={onMore}>
          {t('conversations.loadOlder')}
        </Button>
      ) : (
        <Text size="xs" c="dimmed">
          {t('conversations.beginning')}
        </Text>
      )}
    </div>
  );
}

/**
 * Reading happens only where somebody looks: a hidden tab marks nothing. Each newest message is marked
 * anew: one that comes while the one before is being marked leaves the count at one.
 */
function useMarkRead(
  conversationId: string,
  { unread, newestId }: { unread: number; newestId: string | undefined },
): void {
  const client = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: () => markRead(conversationId),
    onSuccess: () => client.invalidateQueries({ queryKey: ['conversations'] }),
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    if (unread === 0) return;
    const look = () => {
      if (document.visibilityState === 'visible') mutate();
    };
    look();
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [unread, newestId, mutate]);
}
