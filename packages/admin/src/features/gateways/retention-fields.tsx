import type { Gateway } from '@chatgate/contract';
import { TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './gateway.module.css';
import type { FieldProblems, GatewayValues } from './gateway-values.ts';

/** How long what arrived is kept. */
export function RetentionFields(props: {
  readonly gateway: Gateway | undefined;
  readonly values: GatewayValues;
  readonly problems: FieldProblems;
  readonly readOnly: boolean;
  readonly onChange: (values: Partial<GatewayValues>) => void;
}) {
  const { t } = useTranslation();
  const { values, problems, readOnly, onChange } = props;
  const usual = props.gateway?.defaultKeepEventsDays;
  return (
    <div className={classes.fields}>
      <TextInput
        label={t('form.keepEvents')}
        description={t('form.keepEventsHint')}
        placeholder={usual === undefined ? '' : t('form.usually', { count: usual })}
        inputMode="numeric"
        value={values.keepEventsDays}
        error={problems.keepEventsDays && t(problems.keepEventsDays)}
        readOnly={readOnly}
        onChange={(event) => onChange({ keepEventsDays: event.currentTarget.value })}
      />
      <TextInput
        label={t('form.keepConversations')}
        description={t('form.keepConversationsHint')}
        placeholder={t('form.untilDeleted')}
        inputMode="numeric"
        value={values.keepConversationsDays}
        error={problems.keepConversationsDays && t(problems.keepConversationsDays)}
        readOnly={readOnly}
        onChange={(event) => onChange({ keepConversationsDays: event.currentTarget.value })}
      />
    </div>
  );
}
