import type { Gateway } from '@chatgate/contract';
import { Stack } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/me.ts';
import { NoticeBox } from '../../shared/ui/notice-box.tsx';
import classes from './gateway.module.css';
import { GatewayForm } from './gateway-form.tsx';
import { SetUpPanel } from './set-up-panel.tsx';
import { WebhookNotice } from './webhook-notice.tsx';

export function GeneralTab({ gateway }: { gateway: Gateway }) {
  const { t } = useTranslation();
  const may = useMay();
  const readOnly = !may('gateways:edit');
  return (
    <Stack>
      {readOnly ? (
        <NoticeBox tone="info" icon={<IconLock size={18} aria-hidden="true" />}>
          {t('form.readOnly', { action: t('form.actionEdit') })}
        </NoticeBox>
      ) : null}
      <WebhookNotice gateway={gateway} readOnly={readOnly} />
      <div className={classes.columns}>
        <GatewayForm gateway={gateway} readOnly={readOnly} onSaved={() => undefined} />
        <SetUpPanel gateway={gateway} readOnly={readOnly} />
      </div>
    </Stack>
  );
}
