import type { AuditFilter } from '@chatgate/contract';
import { Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { auditChoicesQuery } from './api/audit.ts';
import classes from './audit.module.css';
import { actionWords } from './audit-words.ts';

const DAY_MS = 86_400_000;

export function AuditFilters(props: {
  readonly filter: AuditFilter;
  readonly onChange: (filter: AuditFilter) => void;
}) {
  const { t } = useTranslation();
  const { filter } = props;
  const { data: choices } = useQuery(auditChoicesQuery);
  const [typed, setTyped] = useState(filter.search ?? '');
  const set = (part: Partial<Record<keyof AuditFilter, string | number | undefined>>) =>
    props.onChange(withoutEmpty({ ...filter, ...part }));
  const search = useDebouncedCallback((text: string) => set({ search: text.trim() }), 250);
  const cleared = filter.search === undefined;
  useEffect(() => {
    if (cleared) setTyped('');
  }, [cleared]);
  return (
    <Group gap="sm" className={classes.filters ?? ''} align="end">
      <TextInput
        className={classes.search ?? ''}
        label={t('audit.search')}
        placeholder={t('audit.searchHint')}
        type="search"
        value={typed}
        leftSection={<IconSearch size={16} aria-hidden="true" />}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          search(event.currentTarget.value);
        }}
      />
      <Select
        className={classes.choice ?? ''}
        label={t('audit.who')}
        placeholder={t('audit.everybody')}
        clearable
        clearButtonProps={{ 'aria-label': t('common.clear') }}
        searchable
        value={filter.actorId ?? null}
        data={(choices?.actors ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(actorId) => set({ actorId: actorId ?? undefined })}
      />
      <Select
        className={classes.choice ?? ''}
        label={t('audit.action')}
        placeholder={t('audit.everything')}
        clearable
        clearButtonProps={{ 'aria-label': t('common.clear') }}
        searchable
        value={filter.action ?? null}
        data={(choices?.actions ?? []).map((value) => ({ value, label: actionWords(t, value) }))}
        onChange={(action) => set({ action: action ?? undefined })}
      />
      <DayField
        label={t('audit.from')}
        day={dayOf(filter.from)}
        onDay={(day) => set({ from: startOf(day) })}
      />
      <DayField
        label={t('audit.to')}
        day={dayOf(filter.to === undefined ? undefined : filter.to - 1)}
        onDay={(day) => {
          const start = startOf(day);
          set({ to: start === undefined ? undefined : nextDay(start) });
        }}
      />
    </Group>
  );
}

/**
 * A day, or none. The year 2026 is the years 2, 20 and 202 while it is typed: they filter nothing and
 * stay in the field.
 */
function DayField(props: {
  readonly label: string;
  readonly day: string;
  readonly onDay: (day: string) => void;
}) {
  const { label, day, onDay } = props;
  const [typed, setTyped] = useState(day);
  useEffect(() => setTyped(day), [day]);
  return (
    <TextInput
      className={classes.date ?? ''}
      label={label}
      type="date"
      min="1971-01-01"
      value={typed}
      onChange={({ currentTarget: { value, validity } }) => {
        setTyped(value);
        if (value === '' || validity.valid) onDay(value);
      }}
    />
  );
}

function withoutEmpty(filter: object): AuditFilter {
  return Object.fromEntries(
    Object.entries(filter).filter(([, value]) => value !== undefined && value !== ''),
  );
}

/** The day in the person's own time zone, as the field wants it. */
function dayOf(at: number | undefined): string {
  if (at === undefined) return '';
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function startOf(day: string): number | undefined {
  const at = new Date(`${day}T00:00:00`).getTime();
  return Number.isNaN(at) || at < 0 ? undefined : at;
}

/** A day may have 23 or 25 hours. */
function nextDay(start: number): number {
  return startOf(dayOf(start + DAY_MS + DAY_MS / 8)) ?? start + DAY_MS;
}
