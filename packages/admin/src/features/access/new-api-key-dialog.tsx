import type { CreatedApiKey } from '@chatgate/contract';
import { Button, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormError } from '../../shared/ui/form-error.tsx';
import { NoticeBox } from '../../shared/ui/notice-box.tsx';
import { SecretField } from '../../shared/ui/secret-field.tsx';
import { createApiKey } from './api/api-keys.ts';
import { dayOf, expiryOf } from './expiry.ts';
import { RoleSelect } from './role-select.tsx';

const LIFETIMES = ['30', '90', '365', 'date', ''] as const;

/** Asks for name, role and expiry; then shows the key, this once. */
export function NewApiKeyDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const [made, setMade] = useState<CreatedApiKey>();
  const close = () => {
    setMade(undefined);
    onClose();
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      // A stray click beside the window must not take away what is shown only once.
      closeOnClickOutside={made === undefined}
      title={t('apiKeys.newTitle')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {made === undefined ? (
        <NewApiKeyForm onMade={setMade} onClose={close} />
      ) : (
        <Stack>
          <NoticeBox tone="warn" icon={<IconAlertTriangle size={18} aria-hidden="true" />}>
            {t('apiKeys.shownOnce')}
          </NoticeBox>
          <SecretField value={made.key} label={t('apiKeys.key')} copyLabel={t('apiKeys.copyKey')} />
          <Text size="sm" c="dimmed">
            {t('apiKeys.howToSend')}
          </Text>
          <Group justify="flex-end">
            <Button onClick={close}>{t('users.done')}</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

function NewApiKeyForm(props: {
  readonly onMade: (made: CreatedApiKey) => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [role, setRole] = useState('');
  const [lifetime, setLifetime] = useState<string>('90');
  const [day, setDay] = useState('');
  const making = useMutation({
    mutationFn: (name: string) =>
      createApiKey({ name, role, expiresAt: expiryOf({ lifetime, day, now: Date.now() }) }),
    onSuccess: props.onMade,
    onSettled: () => client.invalidateQueries({ queryKey: ['access'] }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    making.mutate(String(new FormData(event.currentTarget).get('name') ?? '').trim());
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={t('roles.name')}
          description={t('apiKeys.nameHint')}
          name="name"
          maxLength={100}
          autoComplete="off"
          required
          data-autofocus
        />
        <RoleSelect value={role} onChange={setRole} />
        <NativeSelect
          label={t('apiKeys.expires')}
          value={lifetime}
          onChange={(event) => setLifetime(event.currentTarget.value)}
          data={LIFETIMES.map((value) => ({
            value,
            label: lifetimeWords(t, value),
          }))}
        />
        {lifetime === 'date' ? (
          <TextInput
            type="date"
            label={t('apiKeys.lastDay')}
            min={dayOf(Date.now())}
            value={day}
            onChange={(event) => setDay(event.currentTarget.value)}
            required
          />
        ) : null}
        <Text size="sm" c="dimmed">
          {t('apiKeys.ownerHint')}
        </Text>
        <FormError error={making.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={props.onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={making.isPending}>
            {t('apiKeys.make')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function lifetimeWords(t: TFunction, value: (typeof LIFETIMES)[number]): string {
  switch (value) {
    case '':
      return t('apiKeys.never');
    case 'date':
      return t('apiKeys.onDay');
    default:
      return t('apiKeys.inDays', { count: Number(value) });
  }
}
