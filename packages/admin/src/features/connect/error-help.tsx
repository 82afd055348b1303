import { Code, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CopyIcon } from '../../shared/ui/copy-button.tsx';
import { Disclosure } from '../../shared/ui/meta-details.tsx';
import classes from './connect.module.css';

/** *Facebook shows an error?*: the pages from which Facebook never returns, and what mends them. */
export function ErrorHelp({ callbackBase }: { callbackBase: string }) {
  const { t } = useTranslation();
  const redirect = `${callbackBase}/oauth/callback`;
  const host = URL.canParse(callbackBase) ? new URL(callbackBase).hostname : callbackBase;
  return (
    <div className={classes.help}>
      <Disclosure label={t('connect.errorHelp')}>
        <Text size="sm">{t('connect.helpIntro')}</Text>
        <dl className={classes.helpList}>
          <dt>{t('connect.helpUrl')}</dt>
          <dd>
            {t('connect.helpUrlText')}
            <Group gap={4} wrap="nowrap">
              <Code className={classes.break ?? ''}>{redirect}</Code>
              <CopyIcon
                value={redirect}
                label={t('common.copyThis', { what: t('setUp.redirect_uri') })}
              />
            </Group>
          </dd>
          <dt>{t('connect.helpActive')}</dt>
          <dd>{t('connect.helpActiveText')}</dd>
          <dt>{t('connect.helpScopes')}</dt>
          <dd>{t('connect.helpScopesText')}</dd>
          <dt>{t('connect.helpDomains')}</dt>
          <dd>{t('connect.helpDomainsText', { host })}</dd>
          <dt>{t('connect.helpNoPages')}</dt>
          <dd>{t('connect.helpNoPagesText')}</dd>
        </dl>
      </Disclosure>
    </div>
  );
}
