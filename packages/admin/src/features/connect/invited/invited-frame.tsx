import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { BrandMark } from '../../../shared/ui/brand-mark.tsx';
import { PageTitle } from '../../../shared/ui/page-title.tsx';
import classes from './invited.module.css';

/** The frame of what invited people see: one column, made for a phone. */
export function InvitedFrame(props: {
  readonly title: string;
  readonly text?: string | undefined;
  readonly busy?: boolean;
  readonly children?: ReactNode;
  readonly foot?: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <main className={classes.ground} id="main" aria-busy={props.busy ?? false}>
      <article className={classes.sheet}>
        <div className={classes.brand}>
          <BrandMark size={22} />
          {t('common.product')}
        </div>
        <PageTitle title={props.title} />
        {props.text === undefined ? null : <Text>{props.text}</Text>}
        {props.children}
        {props.foot === undefined ? null : <div className={classes.foot}>{props.foot}</div>}
      </article>
    </main>
  );
}
