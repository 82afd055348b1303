import { Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CopyIcon } from '../../shared/ui/copy-button.tsx';
import classes from './exchange.module.css';

type Headers = Readonly<Record<string, string>>;

/** JSON in lines, anything else as it is. */
function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

export function HeaderList({ headers }: { headers: Headers }) {
  const { t } = useTranslation();
  const entries = Object.entries(headers);
  return (
    <div>
      <p className={classes.label}>{t('deliveries.headers')}</p>
      {entries.length === 0 ? (
        <Text size="sm">{t('deliveries.noHeaders')}</Text>
      ) : (
        <dl className={classes.headers}>
          {entries.map(([name, value]) => [
            <dt key={name}>{name}</dt>,
            <dd key={`${name} value`}>{value}</dd>,
          ])}
        </dl>
      )}
    </div>
  );
}

/** A body that can be scrolled by keyboard and copied as it was sent. */
export function BodyText({ body, label }: { body: string | null; label: string }) {
  const { t } = useTranslation();
  return (
    <div>
      <Group gap={4} justify="space-between" mih={30}>
        <p className={classes.label}>{t('deliveries.body')}</p>
        {body === null || body === '' ? null : (
          <CopyIcon value={body} label={`${t('deliveries.copyBody')}: ${label}`} />
        )}
      </Group>
      {body === null || body === '' ? (
        <Text size="sm">{t('deliveries.noBody')}</Text>
      ) : (
        <section
          className={classes.pre}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
          tabIndex={0}
          aria-label={`${label}: ${t('deliveries.body')}`}
        >
          {readable(body)}
        </section>
      )}
    </div>
  );
}

/** What was sent: where to, with which headers, and the body. */
export function RequestView(props: {
  readonly target: string;
  readonly headers: Headers;
  readonly body: string;
  readonly label: string;
}) {
  return (
    <Stack gap="xs">
      <div className={classes.target}>{props.target}</div>
      <HeaderList headers={props.headers} />
      <BodyText body={props.body} label={props.label} />
    </Stack>
  );
}
