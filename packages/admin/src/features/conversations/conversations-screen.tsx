import { useTranslation } from 'react-i18next';
import { PageTitle } from '../../shared/ui/page-title.tsx';
import { ConversationList } from './conversation-list.tsx';
import classes from './conversations.module.css';
import { Thread } from './thread.tsx';

/** List and thread side by side; on a narrow screen one of the two. */
export function ConversationsScreen({ conversationId }: { conversationId: string | undefined }) {
  const { t } = useTranslation();
  const chosen = conversationId !== undefined;
  return (
    <div className={classes.screen} data-fills-screen data-chosen={chosen || undefined}>
      <section className={classes.listPane} aria-label={t('conversations.list')}>
        <div className={classes.listHead}>
          <PageTitle title={t('conversations.title')} />
        </div>
        <ConversationList chosenId={conversationId} />
      </section>
      <section className={classes.threadPane}>
        {conversationId === undefined ? (
          <p className={classes.choose}>{t('conversations.choose')}</p>
        ) : (
          <Thread key={conversationId} conversationId={conversationId} />
        )}
      </section>
    </div>
  );
}
