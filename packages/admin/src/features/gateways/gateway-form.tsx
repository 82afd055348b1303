import type { Gateway } from '@chatgate/contract';
import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, metaProblemOf, textOf } from '../../shared/api/api-error.ts';
import { gatewayQuery } from '../../shared/api/gateway.ts';
import { useErrorWords } from '../../shared/error-words.ts';
import { tellDone } from '../../shared/notice.ts';
import { LeaveGuard } from '../../shared/ui/leave-guard.tsx';
import { MetaDetails } from '../../shared/ui/meta-details.tsx';
import { NoticeBox } from '../../shared/ui/notice-box.tsx';
import { RequestId } from '../../shared/ui/screens.tsx';
import { createGateway, updateGateway } from './api/save-gateway.ts';
import classes from './gateway.module.css';
import { AppFields, LoginFields } from './gateway-fields.tsx';
import {
  countChanges,
  emptyValues,
  type FieldProblems,
  type GatewayValues,
  problemsOf,
  toCreate,
  toUpdate,
  valuesOf,
} from './gateway-values.ts';
import { MoveWebhookDialog } from './move-webhook-dialog.tsx';
import { RetentionFields } from './retention-fields.tsx';

/** The General tab's form, for a new gateway (`undefined`) and for a stored one. */
export function GatewayForm(props: {
  readonly gateway: Gateway | undefined;
  readonly readOnly: boolean;
  readonly onSaved: (gateway: Gateway) => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  // What is edited is compared with what was read then; a newer answer does not overwrite typing.
  const [base, setBase] = useState(props.gateway);
  const stored = base === undefined ? emptyValues : valuesOf(base);
  const [values, setValues] = useState<GatewayValues>(stored);
  const [problems, setProblems] = useState<FieldProblems>({});
  const justSaved = useRef(false);
  const changes = countChanges(stored, values);

  if (changes === 0 && props.gateway !== undefined && props.gateway !== base) {
    setBase(props.gateway);
    setValues(valuesOf(props.gateway));
  }

  const save = useMutation({
    mutationFn: (moveWebhook: boolean) =>
      base === undefined
        ? createGateway(toCreate(values, moveWebhook))
        : updateGateway(base.id, toUpdate(base, { values, moveWebhook })),
    onSuccess: async (gateway) => {
      justSaved.current = true;
      setBase(gateway);
      setValues(valuesOf(gateway));
      client.setQueryData(gatewayQuery(gateway.id).queryKey, gateway);
      if (gateway.webhook.state !== 'failed') tellDone(t('form.saved'));
      props.onSaved(gateway);
      await client.invalidateQueries({ queryKey: ['gateways'] });
      justSaved.current = false;
    },
  });

  // What is being saved stands still: the answer would take away what was typed meanwhile.
  const readOnly = props.readOnly || save.isPending;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = problemsOf(values);
    setProblems(found);
    if (Object.keys(found).length === 0) return save.mutate(false);
    requestAnimationFrame(() =>
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(),
    );
  };
  const change = (part: Partial<GatewayValues>) => {
    setValues((before) => ({ ...before, ...part }));
    for (const field of Object.keys(part)) {
      setProblems((before) => ({ ...before, [field]: undefined }));
    }
  };
  const reload = async () => {
    if (base === undefined) return;
    const fresh = await client.fetchQuery({ ...gatewayQuery(base.id), staleTime: 0 });
    setBase(fresh);
    setValues(valuesOf(fresh));
    save.reset();
  };

  const elsewhere = elsewhereHost(save.error);
  return (
    <form ref={form} onSubmit={submit} noValidate>
      <Stack gap="lg">
        <section className={classes.card}>
          <Title order={2}>{t('form.credentials')}</Title>
          <AppFields
            gateway={base}
            values={values}
            problems={problems}
            readOnly={readOnly}
            onChange={change}
          />
        </section>
        <section className={classes.card}>
          <Title order={2}>{t('form.advanced')}</Title>
          <LoginFields values={values} problems={problems} readOnly={readOnly} onChange={change} />
        </section>
        <section className={classes.card}>
          <Title order={2}>{t('form.retention')}</Title>
          <RetentionFields
            gateway={props.gateway}
            values={values}
            problems={problems}
            readOnly={readOnly}
            onChange={change}
          />
        </section>
        {elsewhere === undefined ? <SaveRefusal error={save.error} reload={reload} /> : null}
        {props.readOnly ? null : (
          <Group className={classes.saveBar ?? ''}>
            <Button type="submit" loading={save.isPending} disabled={changes === 0}>
              {t('common.save')}
            </Button>
            <Button
              variant="default"
              disabled={changes === 0 || save.isPending}
              onClick={() => {
                setValues(stored);
                setProblems({});
                save.reset();
              }}
            >
              {t('common.cancel')}
            </Button>
            {changes > 0 ? (
              <Text size="sm" c="dimmed">
                {t('form.unsaved')}
              </Text>
            ) : null}
          </Group>
        )}
      </Stack>
      <MoveWebhookDialog
        host={elsewhere}
        onMove={() => save.mutate(true)}
        onClose={() => save.reset()}
      />
      <LeaveGuard count={props.readOnly ? 0 : changes} leaving={() => justSaved.current} />
    </form>
  );
}

function elsewhereHost(error: unknown): string | undefined {
  if (!(error instanceof ApiError) || error.code !== 'webhook_elsewhere') return undefined;
  return textOf(error.details['host']) ?? '?';
}

function SaveRefusal({ error, reload }: { error: unknown; reload: () => Promise<void> }) {
  const { t } = useTranslation();
  const words = useErrorWords();
  if (error === null) return null;
  const stale = error instanceof ApiError && error.code === 'conflict';
  const meta =
    error instanceof ApiError && error.code === 'meta_refused' ? metaProblemOf(error) : undefined;
  const sentence =
    meta === undefined
      ? t('form.notSaved', { words: words(error) })
      : t('form.refused', { words: meta.message });
  return (
    <NoticeBox tone="bad" role="alert" icon={<IconAlertTriangle size={18} aria-hidden="true" />}>
      {stale ? t('form.conflict') : sentence}
      <MetaDetails error={meta === undefined ? undefined : error} />
      <RequestId error={error} />
      {stale ? (
        <Button size="xs" variant="default" mt="xs" onClick={() => void reload()}>
          {t('form.loadTheirs')}
        </Button>
      ) : null}
    </NoticeBox>
  );
}
