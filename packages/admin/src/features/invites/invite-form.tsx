import type { InviteCreated } from '@chatgate/contract';
import { Button, Group, NativeSelect, Text, TextInput } from '@mantine/core';
import { IconLink } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorWords } from '../../shared/error-words.ts';
import { CopyIcon } from '../../shared/ui/copy-button.tsx';
import { NoticeBox } from '../../shared/ui/notice-box.tsx';
import { createInvite } from './api/invites.ts';
import classes from './invites.module.css';

const DAYS = [1, 3, 7, 30];
const USUAL_DAYS = 7;

/** Makes a link, and shows it this once. */
export function InviteForm({ gatewayId }: { gatewayId: string }) {
  const { t } = useTranslation();
  const words = useErrorWords();
  const client = useQueryClient();
  const creation = useMutation({
    mutationFn: (body: { note: string; days: number }) => createInvite(gatewayId, body),
    onSuccess: () => client.invalidateQueries({ queryKey: ['invites', gatewayId] }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    creation.mutate({
      note: String(form.get('note') ?? '').trim(),
      days: Number(form.get('days')),
    });
  };
  if (creation.data !== undefined) {
    return <NewLink created={creation.data} onAnother={creation.reset} />;
  }
  return (
    <form onSubmit={submit} className={classes.form}>
      <TextInput
        name="note"
        label={t('invites.note')}
        description={t('invites.noteHint')}
        required
        maxLength={200}
        data-autofocus
        className={classes.note ?? ''}
      />
      <NativeSelect
        name="days"
        label={t('invites.days')}
        defaultValue={String(USUAL_DAYS)}
        data={DAYS.map((count) => ({
          value: String(count),
          label: t('invites.daysOption', { count }),
        }))}
      />
      <Button
        type="submit"
        loading={creation.isPending}
        leftSection={<IconLink size={17} aria-hidden="true" />}
      >
        {t('invites.create')}
      </Button>
      {creation.error === null ? null : (
        <Text role="alert" size="sm" className={classes.bad ?? ''}>
          {words(creation.error)}
        </Text>
      )}
    </form>
  );
}

function NewLink({ created, onAnother }: { created: InviteCreated; onAnother: () => void }) {
  const { t } = useTranslation();
  const field = useRef<HTMLInputElement>(null);
  return (
    <NoticeBox tone="good" title={t('invites.ready', { note: created.invite.note })}>
      <Group gap={4} wrap="nowrap" align="flex-end" mt="xs">
        <TextInput
          ref={field}
          className={classes.link ?? ''}
          label={t('invites.link')}
          value={created.url}
          readOnly
          data-autofocus
          onFocus={() => field.current?.select()}
        />
        <CopyIcon value={created.url} label={t('invites.copyLink')} size={36} />
      </Group>
      <Text size="sm" mt="xs">
        {t('invites.send')}
      </Text>
      <Button variant="default" size="xs" mt="sm" onClick={onAnother}>
        {t('invites.another')}
      </Button>
    </NoticeBox>
  );
}
