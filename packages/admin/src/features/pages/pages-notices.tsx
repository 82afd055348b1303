import type { PageList } from '@chatgate/contract';
import { Anchor } from '@mantine/core';
import { IconInfoCircle, IconMailQuestion, IconPlugOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../shared/format.ts';
import { Disclosure, MetaDetails } from '../../shared/ui/meta-details.tsx';
import { NoticeBox } from '../../shared/ui/notice-box.tsx';
import { unknownPagesQuery } from './api/unknown-pages.ts';
import classes from './pages.module.css';

/** What is worth knowing about Pages that are not, or no longer, in the table. */
export function PagesNotices(props: {
  readonly gatewayId: string;
  readonly unknownPages: number;
  readonly unsubscribing: PageList['unsubscribing'];
  readonly restored: boolean;
}) {
  const { t } = useTranslation();
  return (
    <div className={classes.notices}>
      {props.restored ? (
        <NoticeBox tone="info" icon={<IconInfoCircle size={18} aria-hidden="true" />}>
          {t('pages.restored')}
        </NoticeBox>
      ) : null}
      {props.unsubscribing.map(({ pageId, name, problem }) => (
        <NoticeBox tone="warn" key={pageId} icon={<IconPlugOff size={18} aria-hidden="true" />}>
          {t('pages.unsubscribing', { name })}
          <MetaDetails problem={problem} of={name} />
        </NoticeBox>
      ))}
      {props.unknownPages > 0 ? (
        <NoticeBox tone="info" icon={<IconMailQuestion size={18} aria-hidden="true" />}>
          {t('pages.unknownPages', { count: props.unknownPages })}
          <Disclosure label={t('pages.unknownWhich')}>
            <UnknownPagesList gatewayId={props.gatewayId} />
          </Disclosure>
        </NoticeBox>
      ) : null}
    </div>
  );
}

function UnknownPagesList({ gatewayId }: { gatewayId: string }) {
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  const { data } = useQuery(unknownPagesQuery(gatewayId));
  return (
    <ul className={classes.plain}>
      {data?.items.map(({ pageId, events, lastAt }) => (
        <li key={pageId}>
          {t('pages.unknownPage', { id: pageId, count: events, when: dateTime(lastAt) })}
        </li>
      ))}
    </ul>
  );
}

/** Pages that left: what was said with them is still there. */
export function RemovedPages({ removed }: { readonly removed: PageList['removed'] }) {
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  if (removed.length === 0) return null;
  return (
    <Disclosure label={t('pages.removedPages', { count: removed.length })}>
      <p className={classes.sentence}>{t('pages.removedText')}</p>
      <ul className={classes.plain}>
        {removed.map(({ pageId, name, removedAt }) => (
          <li key={pageId}>{t('pages.removedPage', { name, when: dateTime(removedAt) })}</li>
        ))}
      </ul>
      <Anchor component={Link} to="/conversations" size="sm">
        {t('health.openConversations')}
      </Anchor>
    </Disclosure>
  );
}
