import type { Gateway } from '@chatgate/contract';
import { Button } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { gatewayQuery } from '../../shared/api/gateway.ts';
import { useErrorWords } from '../../shared/error-words.ts';
import { tellDone, tellFailed } from '../../shared/notice.ts';
import { MetaDetails } from '../../shared/ui/meta-details.tsx';
import { NoticeBox } from '../../shared/ui/notice-box.tsx';
import { registerWebhook } from './api/register-webhook.ts';

/** Whether Facebook can reach us, said plainly, with a way to try again. Silent when it can. */
export function WebhookNotice({ gateway, readOnly }: { gateway: Gateway; readOnly: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const words = useErrorWords();
  const { id, webhook } = gateway;
  const url = `${gateway.callbackBase}/webhook`;
  const retry = useMutation({
    mutationFn: () => registerWebhook(id),
    onSuccess: (fresh) => {
      client.setQueryData(gatewayQuery(id).queryKey, fresh);
      if (fresh.webhook.state === 'registered') {
        tellDone(t('form.webhookWorks'));
      }
    },
    onError: (error) => tellFailed(words(error)),
  });
  const failed = webhook.state === 'failed';
  return (
    <>
      {webhook.warning === null ? null : (
        <NoticeBox tone="warn" icon={<IconInfoCircle size={18} aria-hidden="true" />}>
          {t('form.noPublicHttps', { url })}
        </NoticeBox>
      )}
      {webhook.state === 'registered' ? null : (
        <NoticeBox
          role="alert"
          tone={failed ? 'bad' : 'warn'}
          icon={<IconAlertTriangle size={18} aria-hidden="true" />}
        >
          {failed
            ? t('form.webhookFailed', { url, words: webhook.problem?.message ?? '–' })
            : t('form.webhookUnregistered')}
          <MetaDetails problem={webhook.problem} />
          {readOnly ? null : (
            <Button
              size="xs"
              variant="default"
              mt="xs"
              loading={retry.isPending}
              onClick={() => retry.mutate()}
            >
              {failed ? t('common.tryAgain') : t('form.register')}
            </Button>
          )}
        </NoticeBox>
      )}
    </>
  );
}
