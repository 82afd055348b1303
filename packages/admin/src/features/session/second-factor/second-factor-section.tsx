import type { SecondFactor } from '@chatgate/contract';
import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../shared/format.ts';
import { NoticeBox } from '../../../shared/ui/notice-box.tsx';
import { FailedPanel, LoadingRows } from '../../../shared/ui/screens.tsx';
import { secondFactorQuery } from '../api/second-factor.ts';
import { ProveDialog } from './prove-dialog.tsx';
import { SetUpDialog } from './set-up-dialog.tsx';

/** From here on the section warns: three lost phones and nobody gets in. */
const FEW_CODES = 3;

/** Two-factor sign-in; a part of *Your account*. */
export function SecondFactorSection() {
  const { t } = useTranslation();
  const query = useQuery(secondFactorQuery);
  return (
    <section>
      <Title order={2}>{t('secondFactor.title')}</Title>
      <Text size="sm" c="dimmed" mt={4}>
        {t('secondFactor.intro')}
      </Text>
      {query.isPending ? <LoadingRows /> : null}
      {query.error !== null && query.data === undefined ? (
        <FailedPanel error={query.error} retry={() => void query.refetch()} />
      ) : null}
      {query.data === undefined ? null : <State factor={query.data} />}
    </section>
  );
}

function State({ factor }: { factor: SecondFactor }) {
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  const [open, setOpen] = useState<'setUp' | 'turnOff' | 'newCodes'>();
  const close = () => setOpen(undefined);
  const { recoveryCodesLeft, enabledAt } = factor;
  if (factor.state === 'off' && !factor.hasPassword) {
    return <Text mt="sm">{t('secondFactor.noPassword')}</Text>;
  }
  return (
    <Stack mt="sm" gap="sm">
      {factor.state === 'off' ? (
        <>
          <Text fw={600}>{t('secondFactor.off')}</Text>
          <Group>
            <Button onClick={() => setOpen('setUp')}>{t('secondFactor.turnOn')}</Button>
          </Group>
        </>
      ) : (
        <>
          <Text>
            <Text span fw={600}>
              {t('secondFactor.onSince', { time: dateTime(enabledAt ?? 0) })}
            </Text>
            {' · '}
            {t('secondFactor.codesLeft', { count: recoveryCodesLeft })}
          </Text>
          {recoveryCodesLeft <= FEW_CODES ? (
            <NoticeBox tone="warn">{t('secondFactor.fewCodes')}</NoticeBox>
          ) : null}
          <Group gap="sm">
            <Button variant="default" onClick={() => setOpen('newCodes')}>
              {t('secondFactor.newCodes')}
            </Button>
            <Button variant="default" onClick={() => setOpen('turnOff')}>
              {t('secondFactor.turnOff')}
            </Button>
          </Group>
        </>
      )}
      <SetUpDialog opened={open === 'setUp'} onClose={close} />
      <ProveDialog what="turnOff" opened={open === 'turnOff'} onClose={close} />
      <ProveDialog what="newCodes" opened={open === 'newCodes'} onClose={close} />
    </Stack>
  );
}
