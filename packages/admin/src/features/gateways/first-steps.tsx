import type { Gateway } from '@chatgate/contract';
import { Text, VisuallyHidden } from '@mantine/core';
import { IconCircleCheckFilled } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './first-steps.module.css';

const STEPS = ['saved', 'pageConnected', 'receivingOn', 'firstMessage'] as const;

/** The four steps that tick themselves, until the first message has arrived. */
export function FirstSteps({ steps }: { steps: Gateway['steps'] | undefined }) {
  const { t } = useTranslation();
  if (steps !== undefined && steps.firstMessage !== null) return null;
  const done = (step: (typeof STEPS)[number]) => steps !== undefined && steps[step] !== null;
  const current = STEPS.find((step) => !done(step));
  return (
    <div className={classes.box}>
      <ol className={classes.steps} aria-label={t('steps.label')}>
        {STEPS.map((step, index) => (
          <li
            key={step}
            className={classes.step}
            data-done={done(step) || undefined}
            aria-current={step === current ? 'step' : undefined}
          >
            {done(step) ? (
              <IconCircleCheckFilled size={22} aria-hidden="true" />
            ) : (
              <span className={classes.number} aria-hidden="true">
                {index + 1}
              </span>
            )}
            <span>{t(`steps.${step}`)}</span>
            {done(step) ? <VisuallyHidden>({t('steps.done')})</VisuallyHidden> : null}
          </li>
        ))}
      </ol>
      <Hint current={current} />
    </div>
  );
}

function Hint({ current }: { current: (typeof STEPS)[number] | undefined }) {
  const { t } = useTranslation();
  if (current === undefined || current === 'saved') return null;
  const hints = {
    pageConnected: t('steps.hintPageConnected'),
    receivingOn: t('steps.hintReceivingOn'),
    firstMessage: t('steps.hintFirstMessage'),
  };
  return (
    <Text size="sm" c="dimmed">
      {hints[current]}
    </Text>
  );
}
