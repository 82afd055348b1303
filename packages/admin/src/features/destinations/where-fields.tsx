import { Radio, Stack, Text, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { NoticeBox } from '../../shared/ui/notice-box.tsx';
import { FailedPanel, LoadingRows } from '../../shared/ui/screens.tsx';
import { natsQuery } from './api/destinations.ts';
import type { DestinationValues, FieldProblems } from './destination-values.ts';
import classes from './form.module.css';

export interface FieldsProps {
  readonly values: DestinationValues;
  readonly problems: FieldProblems;
  readonly readOnly: boolean;
  readonly onChange: (part: Partial<DestinationValues>) => void;
}

/** Name, kind, and where events go. The kind is chosen once. */
export function WhereFields(
  props: FieldsProps & { readonly isNew: boolean; readonly refusal: string | undefined },
) {
  const { t } = useTranslation();
  const { values, problems, readOnly, onChange } = props;
  return (
    <>
      <TextInput
        label={t('destinationForm.name')}
        description={t('destinationForm.nameHint')}
        required
        maxLength={200}
        autoComplete="off"
        value={values.name}
        error={problems.name === undefined ? false : t(problems.name)}
        readOnly={readOnly}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      {props.isNew ? (
        <Radio.Group
          label={t('destinationForm.kind')}
          value={values.kind}
          onChange={(kind) => onChange({ kind: kind === 'nats' ? 'nats' : 'http' })}
        >
          <Stack gap="xs" mt={8}>
            <Radio
              value="http"
              label={t('destinationForm.kindHttp')}
              description={t('destinationForm.kindHttpHint')}
            />
            <Radio
              value="nats"
              label={t('destinationForm.kindNats')}
              description={t('destinationForm.kindNatsHint')}
            />
          </Stack>
        </Radio.Group>
      ) : null}
      {values.kind === 'http' ? (
        <TextInput
          className={classes.mono ?? ''}
          label={t('destinationForm.url')}
          description={t('destinationForm.urlHint')}
          required
          type="url"
          maxLength={2000}
          autoComplete="off"
          placeholder={t('destinationForm.urlExample')}
          value={values.url}
          error={problems.url === undefined ? (props.refusal ?? false) : t(problems.url)}
          readOnly={readOnly}
          onChange={(event) => onChange({ url: event.currentTarget.value })}
        />
      ) : (
        <NatsFacts />
      )}
    </>
  );
}

/** Where NATS is comes from the installation; what it promises is said before anybody relies on it. */
function NatsFacts() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(natsQuery);
  if (error !== null) return <FailedPanel error={error} retry={() => void refetch()} />;
  if (data === undefined) return <LoadingRows rows={2} height={24} />;
  if (!data.configured) {
    return (
      <NoticeBox tone="warn" icon={<IconAlertTriangle size={18} aria-hidden="true" />}>
        {t('destinationForm.natsNone')}
      </NoticeBox>
    );
  }
  return (
    <Stack gap="sm">
      <dl className={classes.facts}>
        <dt>{t('destinationForm.natsServer')}</dt>
        <dd>{[data.server, data.version].filter((part) => part !== null).join(', ')}</dd>
        <dt>{t('destinationForm.natsStream')}</dt>
        <dd>{data.stream}</dd>
        <dt>{t('destinationForm.natsSubject')}</dt>
        <dd>
          <span className={classes.code}>{t('destinationForm.natsSubjectForm')}</span>
          <Text size="xs" c="dimmed">
            {t('destinationForm.natsSubjectHint')}
          </Text>
        </dd>
      </dl>
      {data.problem === null ? null : (
        <NoticeBox tone="bad" icon={<IconAlertTriangle size={18} aria-hidden="true" />}>
          {t('destinationForm.natsUnreachable', { problem: data.problem })}
        </NoticeBox>
      )}
      {data.syncAlways ? (
        <Text size="sm" c="dimmed">
          {t('destinationForm.natsSynced')}
        </Text>
      ) : (
        <NoticeBox tone="warn" icon={<IconInfoCircle size={18} aria-hidden="true" />}>
          {t('destinationForm.natsUnsynced')}
        </NoticeBox>
      )}
    </Stack>
  );
}
