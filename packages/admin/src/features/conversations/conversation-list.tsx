import type { Conversation } from '@chatgate/contract';
import { Avatar, Button, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconMessageCircle, IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat, useNow } from '../../shared/format.ts';
import { ownPicture } from '../../shared/own-picture.ts';
import { EmptyPanel, FailedPanel, LoadingRows } from '../../shared/ui/screens.tsx';
import { conversationsQuery } from './api/conversations.ts';
import { contactName, previewWords } from './contact-words.ts';
import classes from './conversations.module.css';
import { usePageChoices } from './use-page-choices.ts';

export function ConversationList({ chosenId }: { chosenId: string | undefined }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), 200);
  const [pageId, setPageId] = useState('');
  const query = useInfiniteQuery(conversationsQuery({ search, pageId }));
  const items = query.data?.pages.flatMap((page) => page.items);
  const choices = usePageChoices(items, pageId);
  const isNarrowed = search !== '' || pageId !== '';

  return (
    <>
      <div className={classes.filters}>
        <TextInput
          type="search"
          aria-label={t('conversations.search')}
          placeholder={t('conversations.search')}
          leftSection={<IconSearch size={16} aria-hidden="true" />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        {choices.length > 1 || pageId !== '' ? (
          <NativeSelect
            aria-label={t('conversations.page')}
            value={pageId}
            onChange={(event) => setPageId(event.currentTarget.value)}
            data={[
              { value: '', label: t('conversations.allPages') },
              ...choices.map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
        ) : null}
      </div>
      <div className={classes.scroll}>
        {query.isPending ? (
          <div className={classes.padded}>
            <LoadingRows rows={6} height={56} />
          </div>
        ) : null}
        {query.error !== null && items === undefined ? (
          <FailedPanel error={query.error} retry={() => void query.refetch()} />
        ) : null}
        {items?.length === 0 ? (
          <EmptyPanel
            picture={<IconMessageCircle size={32} stroke={1.5} />}
            title={t(isNarrowed ? 'conversations.noneFound' : 'conversations.empty')}
          />
        ) : null}
        {items === undefined || items.length === 0 ? null : (
          <ul className={classes.items}>
            {items.map((conversation) => (
              <Item
                key={conversation.id}
                conversation={conversation}
                isChosen={conversation.id === chosenId}
              />
            ))}
          </ul>
        )}
        {query.hasNextPage ? (
          <Button
            fullWidth
            variant="subtle"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {t('conversations.more')}
          </Button>
        ) : null}
      </div>
    </>
  );
}

function Item({ conversation, isChosen }: { conversation: Conversation; isChosen: boolean }) {
  const { t } = useTranslation();
  const { number, ago } = useFormat();
  const now = useNow(10_000);
  const { contact, page, unread, lastMessageAt } = conversation;
  const name = contactName(t, contact);
  return (
    <li>
      <Link
        to="/conversations/$conversationId"
        params={{ conversationId: conversation.id }}
        className={classes.item ?? ''}
        data-keeps-focus
        data-chosen={isChosen || undefined}
        data-unread={unread > 0 || undefined}
        aria-current={isChosen ? 'true' : undefined}
      >
        <Avatar
          src={ownPicture(contact.pictureUrl)}
          alt=""
          size={40}
          radius="xl"
          aria-hidden="true"
        />
        <span className={classes.itemBody}>
          <span className={classes.itemTop}>
            <span className={classes.itemName} data-known={contact.name !== null || undefined}>
              {name}
            </span>
            <span className={classes.itemTime}>
              {ago(lastMessageAt, Math.max(now, lastMessageAt))}
            </span>
          </span>
          <span className={classes.itemTop}>
            <span className={classes.preview} dir="auto">
              {previewWords(t, conversation.preview)}
            </span>
            {unread > 0 ? (
              <span className={classes.unread}>
                <span aria-hidden="true">{number(unread)}</span>
                <span className={classes.hidden}>
                  {t('conversations.unread', { count: unread })}
                </span>
              </span>
            ) : null}
          </span>
          <span className={classes.itemPage}>{page.name}</span>
        </span>
      </Link>
    </li>
  );
}
