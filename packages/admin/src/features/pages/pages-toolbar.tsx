import type { HealthState } from '@chatgate/contract';
import { NativeSelect, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PageSort, PagesView } from './api/pages.ts';
import classes from './pages.module.css';

const STATES: readonly HealthState[] = [
  'needs_login',
  'needs_repair',
  'unknown',
  'receiving_off',
  'waiting',
  'live',
];
const SORTS: readonly PageSort[] = ['attention', 'name', '-name'];

type View = Omit<PagesView, 'search'>;

export function PagesToolbar(props: {
  /** Told when the person pauses; the letters stay here, so that rows are not drawn for each. */
  readonly onSearch: (search: string) => void;
  readonly view: View;
  readonly onView: (view: View) => void;
  readonly total: number | undefined;
}) {
  const { t } = useTranslation();
  const { view, onView, onSearch } = props;
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), 200);
  useEffect(() => onSearch(search), [search, onSearch]);
  const sortWords = {
    attention: t('pages.sortAttention'),
    name: t('pages.sortName'),
    '-name': t('pages.sortNameDown'),
  };
  return (
    <div className={classes.toolbar}>
      <TextInput
        className={classes.search ?? ''}
        type="search"
        aria-label={t('pages.search')}
        placeholder={t('pages.search')}
        leftSection={<IconSearch size={16} aria-hidden="true" />}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <NativeSelect
        aria-label={t('pages.filter')}
        value={view.state ?? ''}
        onChange={(event) => {
          const chosen = event.currentTarget.value;
          onView({ ...view, state: STATES.find((state) => state === chosen) });
        }}
        data={[
          { value: '', label: t('pages.allStates') },
          ...STATES.map((value) => ({ value, label: t(`health.${value}`) })),
        ]}
      />
      <NativeSelect
        aria-label={t('pages.sort')}
        value={view.sort}
        onChange={(event) => {
          const chosen = event.currentTarget.value;
          onView({ ...view, sort: SORTS.find((sort) => sort === chosen) ?? 'attention' });
        }}
        data={SORTS.map((value) => ({ value, label: sortWords[value] }))}
      />
      <Text size="sm" c="dimmed" role="status" className={classes.total ?? ''}>
        {props.total === undefined ? '' : t('pages.total', { count: props.total })}
      </Text>
    </div>
  );
}
