import type { AuditRecord } from '@chatgate/contract';
import { ActionIcon, Anchor, Text } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/me.ts';
import { useFormat } from '../../shared/format.ts';
import classes from './audit.module.css';
import { actionWords, subjectWords } from './audit-words.ts';
import { changesOf } from './changes.ts';

export function AuditTable({ rows }: { rows: readonly AuditRecord[] }) {
  const { t } = useTranslation();
  return (
    <div className={classes.frame}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col" className={classes.more}>
              <span className={classes.hidden}>{t('common.details')}</span>
            </th>
            <th scope="col">{t('audit.when')}</th>
            <th scope="col">{t('audit.who')}</th>
            <th scope="col">{t('audit.action')}</th>
            <th scope="col">{t('audit.what')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.id} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ row }: { row: AuditRecord }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [opened, setOpened] = useState(false);
  const details = useId();
  const words = actionWords(t, row.action);
  return (
    <>
      <tr className={classes.row}>
        <td className={classes.more}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-expanded={opened}
            aria-controls={details}
            aria-label={t('audit.detailsOf', { action: words, number: row.seq })}
            onClick={() => setOpened(!opened)}
          >
            <IconChevronRight className={classes.chevron} size={17} aria-hidden="true" />
          </ActionIcon>
        </td>
        <td className={classes.when}>
          <time dateTime={new Date(row.at).toISOString()}>{format.exact(row.at)}</time>
        </td>
        <td className={classes.who}>
          <Who row={row} />
        </td>
        <td>{words}</td>
        <td className={classes.what}>
          <Subject subject={row.subject} />
          <Text component="div" size="xs" c="dimmed">
            {subjectWords(t, row.subject.kind)}
          </Text>
        </td>
      </tr>
      <tr id={details} hidden={!opened} className={classes.details}>
        <td colSpan={5}>{opened ? <Details row={row} /> : null}</td>
      </tr>
    </>
  );
}

/** What has no name in the log, because a customer can be forgotten, is said in words and led to. */
function Subject({ subject }: { subject: AuditRecord['subject'] }) {
  const { t } = useTranslation();
  const may = useMay();
  const { kind, id, name } = subject;
  if (kind !== 'conversation' || name !== null || id === null) {
    return <bdi>{name ?? id ?? t('audit.erased')}</bdi>;
  }
  return may('conversations:access') && may('conversations:read') ? (
    <Anchor component={Link} to={`/conversations/${id}`} inherit>
      {t('audit.openConversation')}
    </Anchor>
  ) : (
    <bdi>{t('audit.aConversation')}</bdi>
  );
}

function Who({ row }: { row: AuditRecord }) {
  const { t } = useTranslation();
  const { actor, origin } = row;
  return (
    <>
      <bdi>{actor.name ?? t('audit.erased')}</bdi>
      <Text component="div" size="xs" c="dimmed">
        {[actor.kind === 'api_key' ? t('audit.apiKey') : null, origin.address]
          .filter((part) => part !== null)
          .join(' · ')}
      </Text>
    </>
  );
}

function Details({ row }: { row: AuditRecord }) {
  const { t } = useTranslation();
  const changes = changesOf(row.before, row.after);
  const facts = [
    [t('audit.number'), String(row.seq)],
    [t('audit.rawAction'), row.action],
    [t('audit.subjectId'), row.subject.id],
    [t('audit.gateway'), row.gatewayId],
    [t('audit.address'), row.origin.address],
    [t('audit.agent'), row.origin.agent],
  ] as const;
  return (
    <div className={classes.inside}>
      {changes.length === 0 ? null : (
        <table className={classes.changes}>
          <thead>
            <tr>
              <th scope="col">{t('audit.field')}</th>
              <th scope="col">{t('audit.before')}</th>
              <th scope="col">{t('audit.after')}</th>
            </tr>
          </thead>
          <tbody>
            {changes.map((change) => (
              <tr key={change.path}>
                <th scope="row">{change.path}</th>
                <td data-side="before">{change.before ?? '–'}</td>
                <td data-side="after">{change.after ?? '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <dl className={classes.facts}>
        {facts.map(([name, value]) =>
          value === null ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
    </div>
  );
}
