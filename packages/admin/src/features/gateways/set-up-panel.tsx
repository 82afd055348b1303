import type { Gateway, SetUpLine } from '@chatgate/contract';
import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconCircleCheckFilled, IconCircleDashed, IconCircleX } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useErrorWords } from '../../shared/error-words.ts';
import { type Format, useFormat } from '../../shared/format.ts';
import { tellFailed } from '../../shared/notice.ts';
import { CopyIcon } from '../../shared/ui/copy-button.tsx';
import { confirmSetUpLine } from './api/confirm-set-up.ts';
import classes from './gateway.module.css';

/** What Meta cannot be asked about, so that a person has to say it. */
const CONFIRMED_BY_PEOPLE: ReadonlySet<SetUpLine['key']> = new Set(['permissions', 'app_mode']);

/** *Set up at Meta*: what to enter there, and what is proved so far. */
export function SetUpPanel({ gateway, readOnly }: { gateway: Gateway; readOnly: boolean }) {
  const { t } = useTranslation();
  return (
    <section className={classes.card} aria-labelledby="set-up-title">
      <Title order={2} id="set-up-title">
        {t('setUp.title')}
      </Title>
      <Text size="sm" c="dimmed">
        {t('setUp.intro')}
      </Text>
      <Anchor component={Link} to="/guide/meta-app" target="_blank" size="sm">
        {t('setUp.guide')}
      </Anchor>
      <ol className={classes.lines}>
        {gateway.setUp.map((line) => (
          <Line key={line.key} gatewayId={gateway.id} line={line} readOnly={readOnly} />
        ))}
      </ol>
    </section>
  );
}

function Line(props: { gatewayId: string; line: SetUpLine; readOnly: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { line } = props;
  const title = t(`setUp.${line.key}`);
  return (
    <li className={classes.line}>
      <ProofIcon kind={line.proof.kind} />
      <Stack gap={4} className={classes.lineBody ?? ''}>
        <Text fw={550} size="sm">
          {title}
        </Text>
        <Text size="xs" c="dimmed">
          {t(`setUp.${line.key}Hint`)}
        </Text>
        {line.values.map(({ label, value }) => (
          <Group key={label + value} gap={4} wrap="nowrap" className={classes.value ?? ''}>
            <code className={classes.code} title={label}>
              {value}
            </code>
            <CopyIcon value={value} label={t('common.copyThis', { what: label })} />
          </Group>
        ))}
        <Group gap="sm" justify="space-between" wrap="nowrap" align="flex-start">
          <Text size="xs" className={classes[line.proof.kind] ?? ''}>
            {proofWords(t, line.proof, format)}
          </Text>
          {props.readOnly ? null : <Confirmation {...props} title={title} />}
        </Group>
      </Stack>
    </li>
  );
}

function Confirmation(props: { gatewayId: string; line: SetUpLine; title: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const words = useErrorWords();
  const { gatewayId, line, title } = props;
  const confirm = useMutation({
    mutationFn: (confirmed: boolean) => confirmSetUpLine(gatewayId, { key: line.key, confirmed }),
    onError: (error) => tellFailed(words(error)),
    onSettled: () => client.invalidateQueries({ queryKey: ['gateway', gatewayId] }),
  });
  const { kind } = line.proof;
  if (!CONFIRMED_BY_PEOPLE.has(line.key) || kind === 'seen' || kind === 'read') return null;
  const confirmed = kind === 'confirmed';
  return (
    <Button
      size="compact-xs"
      variant={confirmed ? 'subtle' : 'default'}
      color="gray"
      loading={confirm.isPending}
      flex="none"
      aria-label={t(confirmed ? 'setUp.takeBackThis' : 'setUp.confirmThis', { what: title })}
      onClick={() => confirm.mutate(!confirmed)}
    >
      {t(confirmed ? 'setUp.takeBack' : 'setUp.confirm')}
    </Button>
  );
}

function ProofIcon({ kind }: { kind: SetUpLine['proof']['kind'] }) {
  if (kind === 'failed') {
    return <IconCircleX size={20} className={classes.failed} aria-hidden="true" />;
  }
  if (kind === 'unknown') {
    return <IconCircleDashed size={20} className={classes.unknown} aria-hidden="true" />;
  }
  return <IconCircleCheckFilled size={20} className={classes.seen} aria-hidden="true" />;
}

/** Ours in the language of the person, Meta's as Meta said it. */
function failureWords(t: TFunction, { code, reason }: SetUpLine['proof']): string | null {
  switch (code) {
    case 'verify_token':
    case 'signature':
      return t(`setUp.${code}`);
    case 'not_granted':
      return t('setUp.not_granted', { permissions: reason ?? '' });
    default:
      return reason;
  }
}

function proofWords(t: TFunction, proof: SetUpLine['proof'], format: Format): string {
  const when = proof.at === null ? undefined : format.dateTime(proof.at);
  const person = proof.by ?? t('common.person');
  switch (proof.kind) {
    case 'seen':
      return t('setUp.seen', { when: when ?? '–' });
    case 'read':
      return when === undefined ? t('setUp.read') : t('setUp.readAt', { when });
    case 'confirmed':
      return when === undefined
        ? t('setUp.confirmed', { person })
        : t('setUp.confirmedAt', { person, when });
    case 'failed': {
      const reason = failureWords(t, proof);
      if (reason === null) return t('setUp.failed');
      return when === undefined
        ? t('setUp.failedBecause', { reason })
        : t('setUp.failedWhen', { reason, when });
    }
    case 'unknown':
      return t('setUp.unknown');
  }
}
