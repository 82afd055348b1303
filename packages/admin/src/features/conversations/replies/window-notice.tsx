import type { ReplyWindow } from '@chatgate/contract';
import { Text } from '@mantine/core';
import { IconClockPause, IconInfoCircle } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { type Format, useFormat } from '../../../shared/format.ts';
import { NoticeBox } from '../../../shared/ui/notice-box.tsx';

/** After the 24 hours, where the app may: until when a person may still answer. */
export function HumanAgentNotice({ until }: { until: number }) {
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  return (
    <NoticeBox tone="info" icon={<IconInfoCircle size={18} aria-hidden="true" />} p="xs">
      <strong>{t('replies.humanAgentTitle')}</strong>{' '}
      {t('replies.humanAgent', { until: dateTime(until) })}
    </NoticeBox>
  );
}

/** Why one cannot answer, and what would make it possible. */
export function ClosedNotice({ window }: { window: ReplyWindow }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <NoticeBox
      tone="warn"
      icon={<IconClockPause size={18} aria-hidden="true" />}
      title={t('replies.closedTitle')}
    >
      {wordsFor(t, window, format).map((words) => (
        <Text key={words} size="sm">
          {words}
        </Text>
      ))}
    </NoticeBox>
  );
}

function wordsFor(t: TFunction, window: ReplyWindow, format: Format): string[] {
  switch (window.reason) {
    case 'gateway_off':
      return [t('replies.gatewayOff')];
    case 'gateway_deleted':
      return [t('replies.gatewayDeleted')];
    case 'page_removed':
      return [t('replies.pageRemoved')];
    case 'needs_login':
      return [t('replies.needsLogin')];
    case 'no_messaging':
      return [t('replies.noMessaging')];
    case 'never_wrote':
      return [t('replies.neverWrote')];
    case 'recipient_unavailable':
      return [t('replies.unreachable'), t('replies.whenWritesAgain')];
    case 'window_closed':
    case null:
      return closedWords(t, window, format);
  }
}

function closedWords(t: TFunction, window: ReplyWindow, { dateTime }: Format): string[] {
  const last = dateTime(window.lastCustomerAt ?? 0);
  const lacksFeature =
    window.humanAgent === 'app_lacks_feature' && (window.humanAgentUntil ?? 0) > window.now;
  return [
    t('replies.windowClosed', { last }),
    ...(window.humanAgent === 'too_late' ? [t('replies.tooLate')] : []),
    ...(lacksFeature ? [t('replies.appLacksFeature')] : []),
    t('replies.whenWritesAgain'),
  ];
}
