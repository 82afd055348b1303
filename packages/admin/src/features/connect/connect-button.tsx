import { Button, Text } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './connect.module.css';
import { HeldPages } from './held-pages.tsx';
import type { Connect } from './use-connect.ts';

/** The button, with what one should know before pressing it beside it, never in between. */
export function ConnectButton(props: {
  readonly gatewayId: string;
  readonly connect: Connect;
  /** The origin Meta knows us by. */
  readonly callbackBase: string;
  /** Other ways to a Page, beside the button. */
  readonly children?: ReactNode;
}) {
  const { t } = useTranslation();
  const { state, openWindow } = props.connect;
  const publicHost = hostOf(props.callbackBase);
  return (
    <div className={classes.before}>
      <div className={classes.buttons}>
        <Button
          leftSection={<IconExternalLink size={17} aria-hidden="true" />}
          loading={state.kind === 'starting'}
          onClick={openWindow}
          aria-describedby="connect-before"
        >
          {t('connect.button')}
        </Button>
        {props.children}
      </div>
      <Text size="sm" c="dimmed" id="connect-before" className={classes.beforeText ?? ''}>
        {t('connect.before')}
      </Text>
      <HeldPages gatewayId={props.gatewayId} />
      {publicHost !== undefined && publicHost !== window.location.host ? (
        <Text size="sm" className={classes.warning ?? ''}>
          {t('connect.otherHost', { public: publicHost, here: window.location.host })}
        </Text>
      ) : null}
    </div>
  );
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).host : undefined;
}
