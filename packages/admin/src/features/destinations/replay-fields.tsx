import { Group, Radio, Select, Stack, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/me.ts';
import { conversationChoicesQuery } from './api/choices.ts';
import type { ReplayProblem, ReplayValues } from './replay-plan.ts';

interface Props {
  readonly values: ReplayValues;
  readonly problem: ReplayProblem | undefined;
  readonly onChange: (part: Partial<ReplayValues>) => void;
}

const KINDS = ['range', 'conversation', 'event'] as const;

/** Which events to send again. */
export function ReplayFields(props: Props) {
  const { t } = useTranslation();
  const { values, onChange } = props;
  return (
    <>
      <Radio.Group
        label={t('replay.what')}
        value={values.what}
        onChange={(value) => {
          const what = KINDS.find((kind) => kind === value);
          if (what !== undefined) onChange({ what });
        }}
      >
        <Group mt={6} gap="md">
          {KINDS.map((kind) => (
            <Radio key={kind} value={kind} label={t(`replay.${kind}`)} />
          ))}
        </Group>
      </Radio.Group>
      {values.what === 'range' ? <RangeFields {...props} /> : null}
      {values.what === 'conversation' ? <ConversationFields {...props} /> : null}
      {values.what === 'event' ? <EventField {...props} /> : null}
    </>
  );
}

function RangeFields({ values, problem, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <Group grow align="flex-start" preventGrowOverflow={false}>
      <TextInput
        label={t('replay.from')}
        type="datetime-local"
        required
        value={values.from}
        error={problem === 'replay.needFrom' ? t(problem) : false}
        onChange={(event) => onChange({ from: event.currentTarget.value })}
      />
      <TextInput
        label={t('replay.to')}
        description={t('replay.toHint')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        type="datetime-local"
        value={values.to}
        error={problem === 'replay.needOrder' ? t(problem) : false}
        onChange={(event) => onChange({ to: event.currentTarget.value })}
      />
    </Group>
  );
}

function ConversationFields(props: Props) {
  const { t } = useTranslation();
  const may = useMay();
  const { values, problem, onChange } = props;
  const mayRead = may('conversations:access') && may('conversations:read');
  return (
    <Stack gap="sm">
      {mayRead ? (
        <PersonField {...props} />
      ) : (
        <TextInput
          label={t('replay.conversationId')}
          required
          value={values.conversationId}
          error={problem === 'replay.needConversation' ? t(problem) : false}
          onChange={(event) => onChange({ conversationId: event.currentTarget.value })}
        />
      )}
      <TextInput
        label={t('replay.fromSeq')}
        description={t('replay.fromSeqHint')}
        inputMode="numeric"
        value={values.fromSeq}
        error={problem === 'replay.needSeq' ? t(problem) : false}
        onChange={(event) => onChange({ fromSeq: event.currentTarget.value })}
      />
    </Stack>
  );
}

/** The person by name; whoever was chosen before stays chosen, by id where the name is not known. */
function PersonField({ values, problem, onChange }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const names = useRef(new Map<string, string>());
  // A chosen name in the field, or its id while the name is not known yet, is not a search.
  const isChosen = typed === values.conversationId || [...names.current.values()].includes(typed);
  const wanted = isChosen ? '' : typed.trim();
  const [search] = useDebouncedValue(wanted, 200);
  const { data } = useQuery(conversationChoicesQuery(search));
  for (const { id, contact, page } of data?.items ?? []) {
    names.current.set(id, `${contact.name ?? t('conversations.nameNotShared')} · ${page.name}`);
  }
  const found = (data?.items ?? []).map(({ id }) => id);
  const choices = [...new Set([...found, values.conversationId])].filter((id) => id !== '');
  return (
    <Select
      label={t('replay.person')}
      placeholder={t('replay.personHint')}
      nothingFoundMessage={t('replay.personNone')}
      required
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      filter={({ options }) => options}
      data={choices.map((id) => ({ value: id, label: names.current.get(id) ?? id }))}
      value={values.conversationId === '' ? null : values.conversationId}
      error={problem === 'replay.needConversation' ? t(problem) : false}
      onChange={(id) => onChange({ conversationId: id ?? '' })}
    />
  );
}

function EventField({ values, problem, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <TextInput
      label={t('replay.eventId')}
      required
      autoComplete="off"
      placeholder={t('replay.eventIdExample')}
      value={values.eventId}
      error={problem === 'replay.needEvent' ? t(problem) : false}
      onChange={(event) => onChange({ eventId: event.currentTarget.value })}
    />
  );
}
