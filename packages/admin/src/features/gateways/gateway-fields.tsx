import type { Gateway } from '@chatgate/contract';
import { Button, Checkbox, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../shared/format.ts';
import { CopyIcon } from '../../shared/ui/copy-button.tsx';
import classes from './gateway.module.css';
import type { FieldProblem, FieldProblems, GatewayValues } from './gateway-values.ts';

interface FieldsProps {
  readonly values: GatewayValues;
  readonly problems: FieldProblems;
  readonly readOnly: boolean;
  readonly onChange: (part: Partial<GatewayValues>) => void;
}

function useProblem(): (problem: FieldProblem | undefined) => string | false {
  const { t } = useTranslation();
  return (problem) => (problem === undefined ? false : t(problem));
}

export function AppFields(props: FieldsProps & { readonly gateway: Gateway | undefined }) {
  const { t } = useTranslation();
  const problem = useProblem();
  const { gateway, values, problems, readOnly, onChange } = props;
  return (
    <div className={classes.fields}>
      <TextInput
        label={t('form.name')}
        required
        value={values.name}
        error={problem(problems.name)}
        readOnly={readOnly}
        maxLength={200}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <UriField gateway={gateway} />
      <TextInput
        label={t('form.appId')}
        description={
          gateway?.appName === undefined || gateway.appName === null
            ? t('form.appIdHint')
            : t('form.appName', { name: gateway.appName })
        }
        required
        inputMode="numeric"
        autoComplete="off"
        value={values.appId}
        error={problem(problems.appId)}
        readOnly={readOnly}
        onChange={(event) => onChange({ appId: event.currentTarget.value })}
      />
      <SecretField {...props} />
      <TextInput
        label={t('form.apiVersion')}
        description={t('form.apiVersionHint')}
        value={values.apiVersion}
        error={problem(problems.apiVersion)}
        readOnly={readOnly}
        autoComplete="off"
        onChange={(event) => onChange({ apiVersion: event.currentTarget.value })}
      />
    </div>
  );
}

function UriField({ gateway }: { gateway: Gateway | undefined }) {
  const { t } = useTranslation();
  return (
    <TextInput
      label={t('form.uri')}
      description={t('form.uriHint')}
      required
      readOnly
      variant="filled"
      value={gateway?.uri ?? ''}
      placeholder={t('form.uriLater')}
      classNames={{ input: classes.mono ?? '' }}
      rightSection={
        gateway === undefined ? null : (
          <CopyIcon
            value={gateway.callbackBase}
            label={t('form.copyUri')}
            tooltip={gateway.callbackBase}
          />
        )
      }
    />
  );
}

function SecretField(props: FieldsProps & { readonly gateway: Gateway | undefined }) {
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  const problem = useProblem();
  const { gateway, values, problems, readOnly, onChange } = props;
  if (gateway !== undefined && values.appSecret === undefined) {
    return (
      <div>
        <Text size="sm" fw={600}>
          {t('form.appSecret')}
        </Text>
        <Group gap="sm" mt={2} mih={36}>
          <Text size="sm">{t('form.secretSet', { when: dateTime(gateway.secretChangedAt) })}</Text>
          {readOnly ? null : (
            <Button size="xs" variant="default" onClick={() => onChange({ appSecret: '' })}>
              {t('form.replace')}
            </Button>
          )}
        </Group>
        <Text size="xs" c="dimmed" mt={4}>
          {t('form.appSecretHint')}
        </Text>
        {gateway.previousSecretUntil === null ? null : (
          <Text size="xs" c="dimmed">
            {t('form.previousSecret', { when: dateTime(gateway.previousSecretUntil) })}
          </Text>
        )}
      </div>
    );
  }
  return (
    <Stack gap={4}>
      <PasswordInput
        label={t('form.appSecret')}
        description={t('form.appSecretHint')}
        required
        autoComplete="new-password"
        value={values.appSecret ?? ''}
        error={problem(problems.appSecret)}
        visibilityToggleButtonProps={{ 'aria-label': t('common.showOrHide') }}
        readOnly={readOnly}
        onChange={(event) => onChange({ appSecret: event.currentTarget.value })}
      />
      {gateway === undefined || readOnly ? null : (
        <Button
          variant="subtle"
          size="compact-xs"
          className={classes.start ?? ''}
          onClick={() => onChange({ appSecret: undefined })}
        >
          {t('form.keepSecret')}
        </Button>
      )}
    </Stack>
  );
}

export function LoginFields({ values, problems, readOnly, onChange }: FieldsProps) {
  const { t } = useTranslation();
  const problem = useProblem();
  return (
    <Stack>
      <TextInput
        label={t('form.loginConfigId')}
        description={t('form.loginConfigHint')}
        inputMode="numeric"
        autoComplete="off"
        value={values.loginConfigId}
        error={problem(problems.loginConfigId)}
        readOnly={readOnly}
        onChange={(event) => onChange({ loginConfigId: event.currentTarget.value })}
      />
      <Checkbox
        label={t('form.findBusinessPages')}
        description={t('form.findBusinessPagesHint')}
        checked={values.findBusinessPages}
        disabled={readOnly}
        onChange={(event) => onChange({ findBusinessPages: event.currentTarget.checked })}
      />
      <Checkbox
        label={t('form.importMissed')}
        description={t('form.importMissedHint')}
        checked={values.importMissedMessages}
        disabled={readOnly}
        onChange={(event) => onChange({ importMissedMessages: event.currentTarget.checked })}
      />
      <Checkbox
        label={t('form.subscribeNew')}
        description={t('form.subscribeNewHint')}
        checked={values.subscribeNewPages}
        disabled={readOnly}
        onChange={(event) => onChange({ subscribeNewPages: event.currentTarget.checked })}
      />
      <Checkbox
        label={t('form.humanAgent')}
        description={t('form.humanAgentHint')}
        checked={values.humanAgent}
        disabled={readOnly}
        onChange={(event) => onChange({ humanAgent: event.currentTarget.checked })}
      />
    </Stack>
  );
}
