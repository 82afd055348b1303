import type { MetaProblem } from '@chatgate/contract';
import { Code, Collapse, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure, useId } from '@mantine/hooks';
import { IconChevronDown } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { metaProblemOf } from '../api/api-error.ts';
import classes from './meta-details.module.css';

/** A disclosure named *Details* (or as told), closed at first. */
export function Disclosure(props: {
  readonly label: string;
  readonly accessibleName?: string;
  readonly children: ReactNode;
}) {
  const [opened, { toggle }] = useDisclosure(false);
  const id = useId();
  return (
    <div>
      <UnstyledButton
        className={classes.toggle ?? ''}
        onClick={toggle}
        aria-expanded={opened}
        aria-controls={opened ? id : undefined}
        aria-label={props.accessibleName}
      >
        {props.label}
        <IconChevronDown
          size={14}
          aria-hidden="true"
          className={opened ? classes.turned : undefined}
        />
      </UnstyledButton>
      <Collapse expanded={opened} keepMounted={false}>
        <div id={id} className={classes.body}>
          {props.children}
        </div>
      </Collapse>
    </div>
  );
}

/** Meta's own words, code and trace id behind *Details*; nothing where Meta said nothing. */
export function MetaDetails(props: {
  readonly problem?: MetaProblem | null | undefined;
  readonly error?: unknown;
  readonly of?: string;
}) {
  const { t } = useTranslation();
  const problem = props.problem ?? metaProblemOf(props.error);
  if (problem === undefined) return null;
  const { code, subcode, traceId } = problem;
  const name =
    props.of === undefined ? {} : { accessibleName: `${t('common.details')}: ${props.of}` };
  return (
    <Disclosure label={t('common.details')} {...name}>
      <Text size="xs" className={classes.words}>
        {t('common.metaSaid')}: {problem.message}
      </Text>
      {code === undefined ? null : (
        <Text size="xs">
          {subcode === undefined
            ? t('common.metaCode', { code })
            : t('common.metaCodes', { code, subcode })}
        </Text>
      )}
      {traceId === undefined ? null : (
        <Text size="xs">
          {t('common.metaTrace')} <Code>{traceId}</Code>
        </Text>
      )}
    </Disclosure>
  );
}
