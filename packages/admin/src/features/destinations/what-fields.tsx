import { EVENT_TYPE_NAMES, type EventType } from '@chatgate/contract';
import { Checkbox, MultiSelect, Radio, Select, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/me.ts';
import { gatewayChoicesQuery, pageChoicesQuery } from './api/choices.ts';
import { eventTypeWords } from './event-type-words.ts';
import classes from './form.module.css';
import type { FieldsProps } from './where-fields.tsx';

/** Which events a destination takes: of which gateway and Pages, and of which types. */
export function WhatFields(props: FieldsProps) {
  const { t } = useTranslation();
  const may = useMay();
  const mayRead = may('gateways:access') && may('gateways:read');
  return (
    <>
      <div className={classes.fields}>
        <GatewayField {...props} mayRead={mayRead} />
        {mayRead ? <PagesField {...props} /> : null}
      </div>
      {mayRead ? null : (
        <Text size="sm" c="dimmed">
          {t('destinationForm.gatewayUnreadable')}
        </Text>
      )}
      <TypesField {...props} />
    </>
  );
}

function GatewayField(props: FieldsProps & { readonly mayRead: boolean }) {
  const { t } = useTranslation();
  const { values, readOnly, onChange, mayRead } = props;
  const { data } = useQuery({ ...gatewayChoicesQuery, enabled: mayRead });
  const known = (data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const stored =
    values.gatewayId === '' || known.some(({ value }) => value === values.gatewayId)
      ? []
      : [{ value: values.gatewayId, label: values.gatewayId }];
  return (
    <Select
      label={t('destinationForm.gateway')}
      value={values.gatewayId}
      data={[{ value: '', label: t('destinationForm.everyGateway') }, ...known, ...stored]}
      allowDeselect={false}
      searchable={known.length > 8}
      disabled={readOnly || !mayRead}
      onChange={(gatewayId) => onChange({ gatewayId: gatewayId ?? '', pageIds: [] })}
    />
  );
}

/** Thousands of Pages are searched on the server; names once seen are remembered for what is chosen. */
function PagesField({ values, readOnly, onChange }: FieldsProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), 200);
  const { gatewayId, pageIds } = values;
  const { data } = useQuery({
    ...pageChoicesQuery(gatewayId, search),
    enabled: gatewayId !== '',
  });
  const names = useRef(new Map<string, string>());
  for (const { id, name } of data?.items ?? []) names.current.set(id, name);
  const found = (data?.items ?? []).map(({ id }) => id);
  const choices = [...new Set([...found, ...pageIds])];
  return (
    <MultiSelect
      label={t('destinationForm.pages')}
      description={t(
        gatewayId === '' ? 'destinationForm.pagesNeedGateway' : 'destinationForm.pagesHint',
      )}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      placeholder={pageIds.length === 0 ? t('destinationForm.pagesSearch') : ''}
      nothingFoundMessage={t('destinationForm.pagesNone')}
      data={choices.map((id) => ({ value: id, label: names.current.get(id) ?? id }))}
      value={[...pageIds]}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      // The server has searched already, by id as well, which the label does not show.
      filter={({ options }) => options}
      hidePickedOptions
      maxValues={500}
      disabled={readOnly || gatewayId === ''}
      onChange={(chosen) => onChange({ pageIds: chosen })}
    />
  );
}

function TypesField({ values, problems, readOnly, onChange }: FieldsProps) {
  const { t } = useTranslation();
  const { isEveryType, eventTypes } = values;
  const toggle = (type: EventType, isTicked: boolean) =>
    onChange({
      eventTypes: EVENT_TYPE_NAMES.filter((name) =>
        name === type ? isTicked : eventTypes.includes(name),
      ),
    });
  return (
    <Radio.Group
      label={t('destinationForm.types')}
      value={isEveryType ? 'all' : 'some'}
      error={problems.eventTypes === undefined ? false : t(problems.eventTypes)}
      onChange={(choice) => onChange({ isEveryType: choice === 'all' })}
    >
      <Stack gap="sm" mt={8}>
        <Radio value="all" label={t('destinationForm.typesAll')} disabled={readOnly} />
        <Radio value="some" label={t('destinationForm.typesSome')} disabled={readOnly} />
        {isEveryType ? null : (
          <div className={classes.types}>
            {EVENT_TYPE_NAMES.map((type) => (
              <Checkbox
                key={type}
                label={<span className={classes.code}>{type}</span>}
                description={eventTypeWords(t, type)}
                checked={eventTypes.includes(type)}
                disabled={readOnly}
                onChange={(event) => toggle(type, event.currentTarget.checked)}
              />
            ))}
          </div>
        )}
      </Stack>
    </Radio.Group>
  );
}
