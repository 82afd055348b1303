import type { ProveSecondFactor } from '@chatgate/contract';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tellDone } from '../../../shared/notice.ts';
import { FormError } from '../../../shared/ui/form-error.tsx';
import { renewRecoveryCodes, turnSecondFactorOff } from '../api/second-factor.ts';
import { CodeInput } from '../code-input.tsx';
import { PasswordField } from './password-field.tsx';
import { RecoveryCodeList } from './recovery-code-list.tsx';

/** Password and code, for turning it off or for new recovery codes. */
export function ProveDialog(props: {
  readonly what: 'turnOff' | 'newCodes';
  readonly opened: boolean;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const isOff = props.what === 'turnOff';
  const [codes, setCodes] = useState<readonly string[]>();
  const proving = useMutation({
    mutationFn: async (proof: ProveSecondFactor) =>
      isOff ? turnSecondFactorOff(proof) : (await renewRecoveryCodes(proof)).codes,
    onSuccess: (made) => {
      void client.invalidateQueries({ queryKey: ['access'] });
      if (made !== undefined) {
        setCodes(made);
        return;
      }
      tellDone(t('secondFactor.turnedOff'));
      props.onClose();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    proving.mutate({
      password: String(form.get('password') ?? ''),
      code: String(form.get('code') ?? '').trim(),
    });
  };
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      onExitTransitionEnd={() => {
        proving.reset();
        setCodes(undefined);
      }}
      title={t(isOff ? 'secondFactor.turnOffTitle' : 'secondFactor.newCodesTitle')}
      closeOnClickOutside={codes === undefined}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {codes === undefined ? (
        <form onSubmit={submit}>
          <Stack>
            <Text size="sm">
              {t(isOff ? 'secondFactor.turnOffText' : 'secondFactor.newCodesText')}
            </Text>
            <PasswordField />
            <CodeInput />
            <FormError error={proving.error} />
            <Group justify="flex-end">
              <Button
                type="submit"
                loading={proving.isPending}
                {...(isOff ? { color: 'red' } : {})}
              >
                {t(isOff ? 'secondFactor.turnOff' : 'secondFactor.newCodes')}
              </Button>
            </Group>
          </Stack>
        </form>
      ) : (
        <RecoveryCodeList codes={codes} onKept={props.onClose} />
      )}
    </Modal>
  );
}
