import type { PageFinding } from '@chatgate/contract';
import { Button, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../shared/format.ts';
import { Disclosure, MetaDetails } from '../../shared/ui/meta-details.tsx';
import { NoticeBox } from '../../shared/ui/notice-box.tsx';
import classes from './find-page.module.css';
import { actionOf, findingWords, remedyWords, toneOf } from './finding-words.ts';

/** What was found: the Page, why it is absent, what to do, and one thing to press. */
export function FindingBox(props: {
  readonly found: PageFinding;
  readonly gatewayId: string;
  readonly onConnect: () => void;
  readonly onAgain: () => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const { found } = props;
  const { page, removedAt, asked } = found;
  return (
    <NoticeBox tone={toneOf(found.finding)} title={findingWords(t, found, format)}>
      <div className={classes.finding}>
        {page === null ? null : (
          <Text size="sm" className={classes.wrap ?? ''}>
            {page.name === null ? page.id : t('findPage.page', { name: page.name, id: page.id })}
          </Text>
        )}
        {removedAt === null ? null : (
          <Text size="sm">{t('findPage.removedAt', { when: format.dateTime(removedAt) })}</Text>
        )}
        <Text size="sm">{remedyWords(t, found)}</Text>
        <MetaDetails problem={found.problem} />
        <Action {...props} />
        {asked.length < 2 ? null : (
          <Disclosure label={t('findPage.asked', { number: asked.length })}>
            <ul className={classes.asked}>
              {asked.map((one) => (
                <li key={one.id}>{findingWords(t, { ...one, account: one }, format)}</li>
              ))}
            </ul>
          </Disclosure>
        )}
      </div>
    </NoticeBox>
  );
}

function Action(props: {
  readonly found: PageFinding;
  readonly gatewayId: string;
  readonly onConnect: () => void;
  readonly onAgain: () => void;
}) {
  const { t } = useTranslation();
  const { gateway, finding } = props.found;
  switch (actionOf(finding)) {
    case 'connect':
      return (
        <Button size="xs" onClick={props.onConnect}>
          {t('findPage.connect')}
        </Button>
      );
    case 'again':
      return (
        <Button size="xs" onClick={props.onAgain}>
          {t('findPage.tryAgain')}
        </Button>
      );
    case 'general':
      return (
        <Button size="xs" component={Link} to={`/gateways/${props.gatewayId}`}>
          {t('findPage.openGeneral')}
        </Button>
      );
    case 'gateway':
      return gateway === null ? null : (
        <Button size="xs" component={Link} to={`/gateways/${gateway.id}/pages`}>
          {t('findPage.openGateway', { name: gateway.name })}
        </Button>
      );
    case 'none':
      return null;
  }
}
