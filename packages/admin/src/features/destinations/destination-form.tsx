import type { Destination, DestinationWithSecret } from '@chatgate/contract';
import { Button, Checkbox, Group, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../shared/api/api-error.ts';
import { useErrorWords } from '../../shared/error-words.ts';
import { tellDone } from '../../shared/notice.ts';
import { LeaveGuard } from '../../shared/ui/leave-guard.tsx';
import { NoticeBox } from '../../shared/ui/notice-box.tsx';
import { RequestId } from '../../shared/ui/screens.tsx';
import { refusedAddress } from './address-words.ts';
import { createDestination, destinationQuery, updateDestination } from './api/destinations.ts';
import {
  countChanges,
  type DestinationValues,
  emptyValues,
  type FieldProblems,
  problemsOf,
  toCreate,
  toUpdate,
  valuesOf,
} from './destination-values.ts';
import classes from './form.module.css';
import { WhatFields } from './what-fields.tsx';
import { WhereFields } from './where-fields.tsx';

/** The form of a new destination (`undefined`) and of a stored one. */
export function DestinationForm(props: {
  readonly destination: Destination | undefined;
  readonly gatewayId?: string | undefined;
  readonly readOnly: boolean;
  /** Gets the answer of creating, the secret included. */
  readonly onCreated?: (answer: DestinationWithSecret) => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  // What is edited is compared with what was read then; a newer answer does not overwrite typing.
  const [base, setBase] = useState(props.destination);
  const first = { ...emptyValues, gatewayId: props.gatewayId ?? '' };
  const stored = base === undefined ? first : valuesOf(base);
  const [values, setValues] = useState<DestinationValues>(stored);
  const [problems, setProblems] = useState<FieldProblems>({});
  const justSaved = useRef(false);
  const changes = countChanges(stored, values);
  if (changes === 0 && props.destination !== undefined && props.destination !== base) {
    setBase(props.destination);
    setValues(valuesOf(props.destination));
  }

  const focusProblem = () =>
    requestAnimationFrame(() =>
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(),
    );
  const save = useMutation({
    mutationFn: async () => {
      if (base !== undefined) return updateDestination(base.id, toUpdate(base, values));
      const answer = await createDestination(toCreate(values));
      justSaved.current = true;
      props.onCreated?.(answer);
      return answer.destination;
    },
    onSuccess: async (saved) => {
      if (base !== undefined) {
        setBase(saved);
        setValues(valuesOf(saved));
        tellDone(t('destinationForm.created'));
      }
      client.setQueryData(destinationQuery(saved.id).queryKey, saved);
      await client.invalidateQueries({ queryKey: ['destinations'] });
    },
    onError: focusProblem,
  });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = problemsOf(values);
    setProblems(found);
    if (Object.keys(found).length === 0) return save.mutate();
    focusProblem();
  };
  const change = (part: Partial<DestinationValues>) => {
    setValues((before) => ({ ...before, ...part }));
    setProblems((before) => {
      const kept = Object.entries(before).filter(([field]) => !(field in part));
      return Object.fromEntries(kept);
    });
    if ('url' in part) save.reset();
  };
  const discard = (to: DestinationValues) => {
    setValues(to);
    setProblems({});
    save.reset();
  };
  const reload = async () => {
    if (base === undefined) return;
    const fresh = await client.fetchQuery({ ...destinationQuery(base.id), staleTime: 0 });
    setBase(fresh);
    discard(valuesOf(fresh));
  };

  const refusal = refusedAddress(t, save.error);
  // What is being saved stands still: the answer would take away what was typed meanwhile.
  const readOnly = props.readOnly || save.isPending;
  const fields = { values, problems, readOnly, onChange: change };
  return (
    <form ref={form} onSubmit={submit} noValidate>
      <Stack gap="lg">
        <section className={classes.card}>
          <Title order={2}>{t('destinationForm.whereTitle')}</Title>
          <WhereFields {...fields} isNew={base === undefined} refusal={refusal} />
        </section>
        <section className={classes.card}>
          <Title order={2}>{t('destinationForm.whatTitle')}</Title>
          <WhatFields {...fields} />
          {base === undefined ? (
            <Checkbox
              label={t('destinationForm.enabled')}
              description={t('destinationForm.enabledHint')}
              checked={values.enabled}
              onChange={(event) => change({ enabled: event.currentTarget.checked })}
            />
          ) : null}
        </section>
        {refusal === undefined ? <Refusal error={save.error} reload={reload} /> : null}
        {props.readOnly ? null : (
          <SaveBar
            isNew={base === undefined}
            isDirty={changes > 0}
            isSaving={save.isPending}
            onCancel={() => discard(stored)}
          />
        )}
      </Stack>
      <LeaveGuard count={props.readOnly ? 0 : changes} leaving={() => justSaved.current} />
    </form>
  );
}

function SaveBar(props: {
  readonly isNew: boolean;
  readonly isDirty: boolean;
  readonly isSaving: boolean;
  readonly onCancel: () => void;
}) {
  const { t } = useTranslation();
  const { isNew, isDirty, isSaving } = props;
  return (
    <Group className={classes.saveBar ?? ''}>
      <Button type="submit" loading={isSaving} disabled={!isNew && !isDirty}>
        {t(isNew ? 'destinationForm.create' : 'common.save')}
      </Button>
      {isNew ? null : (
        <Button variant="default" disabled={!isDirty || isSaving} onClick={props.onCancel}>
          {t('common.cancel')}
        </Button>
      )}
      {isDirty && !isNew ? (
        <Text size="sm" c="dimmed">
          {t('destinationForm.unsaved')}
        </Text>
      ) : null}
    </Group>
  );
}

function Refusal(props: { readonly error: unknown; readonly reload: () => Promise<void> }) {
  const { t } = useTranslation();
  const words = useErrorWords();
  const { error } = props;
  if (error === null) return null;
  const isStale = error instanceof ApiError && error.code === 'conflict';
  return (
    <NoticeBox tone="bad" role="alert" icon={<IconAlertTriangle size={18} aria-hidden="true" />}>
      {isStale
        ? t('destinationForm.conflict')
        : t('destinationForm.notSaved', { words: words(error) })}
      <RequestId error={error} />
      {isStale ? (
        <div>
          <Button size="xs" variant="default" mt="xs" onClick={() => void props.reload()}>
            {t('destinationForm.loadTheirs')}
          </Button>
        </div>
      ) : null}
    </NoticeBox>
  );
}
