import type { AuditRecord } from '@chatgate/contract';

const COLUMNS = [
  ...['seq', 'time', 'actor_kind', 'actor_id', 'actor_name', 'address', 'user_agent', 'action'],
  ...['subject_kind', 'subject_id', 'subject_name', 'gateway_id', 'before', 'after'],
];

/** Spreadsheets run a cell that begins like this as a formula; an apostrophe makes it a text. */
const FORMULA = /^[=+\-@\t\r]/;

/** RFC 4180: every field in quotes, quotes doubled, CRLF at the end of a line. */
function line(fields: readonly string[]): string {
  const quoted = fields.map((field) => {
    const safe = FORMULA.test(field) ? `'${field}` : field;
    return `"${safe.replaceAll('"', '""')}"`;
  });
  return `${quoted.join(',')}\r\n`;
}

/** The mark makes spreadsheets read the file as UTF-8. */
export const CSV_HEAD = `\uFEFF${line(COLUMNS)}`;

const json = (value: unknown) => (value === null ? '' : JSON.stringify(value));

export function csvLine({ actor, origin, subject, ...record }: AuditRecord): string {
  return line([
    ...[String(record.seq), new Date(record.at).toISOString()],
    ...[actor.kind, actor.id ?? '', actor.name ?? '', origin.address ?? '', origin.agent ?? ''],
    ...[record.action, subject.kind, subject.id ?? '', subject.name ?? ''],
    ...[record.gatewayId ?? '', json(record.before), json(record.after)],
  ]);
}
