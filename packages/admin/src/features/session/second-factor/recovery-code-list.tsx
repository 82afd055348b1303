import { Button, Group, Stack, Text } from '@mantine/core';
import { IconCopy, IconDownload } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from '../../../shared/copy-text.ts';
import { tellDone, tellFailed } from '../../../shared/notice.ts';
import classes from '../session.module.css';

/** Shown once; the person says that they are kept. */
export function RecoveryCodeList(props: {
  readonly codes: readonly string[];
  readonly onKept: () => void;
}) {
  const { t } = useTranslation();
  const list = useRef<HTMLUListElement>(null);
  // The form before it is gone; whoever listens hears the codes now.
  useEffect(() => list.current?.focus(), []);
  const text = `${props.codes.join('\n')}\n`;
  const copy = async () => {
    if (await copyText(text)) tellDone(t('common.copied'));
    else tellFailed(t('common.notCopied'));
  };
  return (
    <Stack>
      <Text size="sm">{t('secondFactor.codesText')}</Text>
      <ul
        ref={list}
        tabIndex={-1}
        className={classes.codes}
        aria-label={t('secondFactor.codesTitle')}
      >
        {props.codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <Group gap="sm">
        <Button
          variant="default"
          leftSection={<IconCopy size={16} aria-hidden="true" />}
          onClick={() => void copy()}
        >
          {t('secondFactor.copyCodes')}
        </Button>
        <Button
          variant="default"
          component="a"
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
          download="chatgate-recovery-codes.txt"
          leftSection={<IconDownload size={16} aria-hidden="true" />}
        >
          {t('secondFactor.saveCodes')}
        </Button>
      </Group>
      <Group justify="flex-end">
        <Button onClick={props.onKept}>{t('secondFactor.kept')}</Button>
      </Group>
    </Stack>
  );
}
