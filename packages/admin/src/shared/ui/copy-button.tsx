import { VisuallyHidden } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from '../copy-text.ts';
import { tellFailed } from '../notice.ts';
import { IconButton } from './icon-button.tsx';

/** Copies a value; the tooltip shows it (or what is copied) and then confirms "Copied". */
export function CopyIcon(props: {
  readonly value: string;
  readonly label: string;
  readonly tooltip?: string;
  readonly size?: number;
}) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = async () => {
    const done = await copyText(props.value);
    setCopied(done);
    if (!done) tellFailed(t('common.notCopied'));
  };

  return (
    <>
      <IconButton
        label={props.label}
        tip={copied ? t('common.copied') : (props.tooltip ?? props.label)}
        isTipShown={copied}
        color={copied ? 'pine' : 'gray'}
        size={props.size ?? 30}
        icon={
          copied ? (
            <IconCheck size={17} aria-hidden="true" />
          ) : (
            <IconCopy size={17} aria-hidden="true" />
          )
        }
        onClick={() => void copy()}
      />
      {copied ? <VisuallyHidden role="status">{t('common.inClipboard')}</VisuallyHidden> : null}
    </>
  );
}
