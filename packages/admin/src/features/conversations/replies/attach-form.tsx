import type { ReplyAttachment } from '@chatgate/contract';
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './replies.module.css';

const TYPES = ['image', 'audio', 'video', 'file'] as const;

/** A file by its address: Facebook fetches it from there. */
export function AttachForm(props: {
  readonly isPending: boolean;
  readonly onSend: (attachment: ReplyAttachment) => void;
}) {
  const { t } = useTranslation();
  const [type, setType] = useState<ReplyAttachment['type']>('image');
  const [url, setUrl] = useState('');
  const [isWrong, setWrong] = useState(false);
  return (
    <form
      className={classes.attach}
      aria-label={t('replies.attach')}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const address = url.trim();
        const isAddress = /^https?:\/\/[^\s/]+\S*$/.test(address);
        setWrong(!isAddress);
        if (isAddress) props.onSend({ type, url: address });
      }}
    >
      <NativeSelect
        label={t('replies.attachType')}
        value={type}
        onChange={(event) => {
          setType(TYPES.find((one) => one === event.currentTarget.value) ?? 'file');
        }}
        data={TYPES.map((value) => ({ value, label: t(`message.${value}`) }))}
      />
      <TextInput
        data-autofocus
        autoFocus
        className={classes.address ?? ''}
        label={t('replies.attachUrl')}
        description={t('replies.attachHint')}
        inputWrapperOrder={['label', 'input', 'error', 'description']}
        inputMode="url"
        type="url"
        autoComplete="off"
        placeholder={t('replies.attachExample')}
        value={url}
        error={isWrong ? t('replies.attachWrong') : undefined}
        onChange={(event) => setUrl(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" loading={props.isPending}>
        {t('replies.attachSend')}
      </Button>
    </form>
  );
}
