import type { SecondFactorSecret } from '@chatgate/contract';
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tellDone } from '../../../shared/notice.ts';
import { CopyIcon } from '../../../shared/ui/copy-button.tsx';
import { FormError } from '../../../shared/ui/form-error.tsx';
import { confirmSecondFactor, startSecondFactor } from '../api/second-factor.ts';
import { CodeInput } from '../code-input.tsx';
import classes from '../session.module.css';
import { PasswordField } from './password-field.tsx';
import { QrCode } from './qr-code.tsx';
import { RecoveryCodeList } from './recovery-code-list.tsx';

/** Password, then the app, then the recovery codes. What is half done counts for nothing. */
export function SetUpDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [secret, setSecret] = useState<SecondFactorSecret>();
  const [codes, setCodes] = useState<readonly string[]>();
  const close = () => {
    onClose();
    if (codes === undefined) return;
    tellDone(t('secondFactor.turnedOn'));
    void client.invalidateQueries({ queryKey: ['access'] });
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      onExitTransitionEnd={() => {
        setSecret(undefined);
        setCodes(undefined);
      }}
      title={t(codes === undefined ? 'secondFactor.setUpTitle' : 'secondFactor.codesTitle')}
      // Nobody loses the codes by a click beside them.
      closeOnClickOutside={codes === undefined}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {codes !== undefined ? <RecoveryCodeList codes={codes} onKept={close} /> : null}
      {codes === undefined && secret !== undefined ? (
        <AppStep secret={secret} onConfirmed={setCodes} />
      ) : null}
      {secret === undefined ? <PasswordStep onStarted={setSecret} /> : null}
    </Modal>
  );
}

function PasswordStep({ onStarted }: { onStarted: (secret: SecondFactorSecret) => void }) {
  const { t } = useTranslation();
  const starting = useMutation({ mutationFn: startSecondFactor, onSuccess: onStarted });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    starting.mutate(String(new FormData(event.currentTarget).get('password') ?? ''));
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">{t('secondFactor.confirmPassword')}</Text>
        <PasswordField />
        <FormError error={starting.error} />
        <Group justify="flex-end">
          <Button type="submit" loading={starting.isPending}>
            {t('secondFactor.next')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function AppStep(props: {
  readonly secret: SecondFactorSecret;
  readonly onConfirmed: (codes: readonly string[]) => void;
}) {
  const { t } = useTranslation();
  const { secret, uri } = props.secret;
  const confirming = useMutation({
    mutationFn: confirmSecondFactor,
    onSuccess: ({ codes }) => props.onConfirmed(codes),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    confirming.mutate(String(new FormData(event.currentTarget).get('code') ?? '').trim());
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">{t('secondFactor.scan')}</Text>
        <Group justify="center">
          <QrCode text={uri} label={t('secondFactor.qr')} />
        </Group>
        <Text size="sm">{t('secondFactor.byHand')}</Text>
        <Group gap={4} wrap="nowrap" align="flex-end">
          <TextInput
            className={classes.key ?? ''}
            label={t('secondFactor.key')}
            value={secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}
            readOnly
            flex={1}
          />
          <CopyIcon value={secret} label={t('secondFactor.copyKey')} size={36} />
        </Group>
        <Text size="sm">{t('secondFactor.typeCode')}</Text>
        <CodeInput takesFocus ofAppOnly />
        <FormError error={confirming.error} />
        <Group justify="flex-end">
          <Button type="submit" loading={confirming.isPending}>
            {t('secondFactor.confirm')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
