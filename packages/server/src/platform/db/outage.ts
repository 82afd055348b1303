/**
 * Primary result codes of SQLite that speak of the file, the disk or the memory and not of what was
 * asked: BUSY, LOCKED, NOMEM, READONLY, INTERRUPT, IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, NOTADB
 * (https://sqlite.org/rescode.html).
 */
const SQLITE_OUTAGES: ReadonlySet<number> = new Set([5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 26]);

/**
 * Classes of SQLSTATE that do: connection, transaction state and rollback, resources, state of what
 * is needed, operator, system, internal
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html).
 */
const POSTGRES_OUTAGES = /^(?:08|25|40|53|55|57|58|XX)...$/;
const LOST_CONNECTIONS =
  /^E(?:CONNREFUSED|CONNRESET|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|AI_AGAIN)$/;
/** `pg` gives these no code. */
const LOST_CONNECTION_WORDS =
  /connection terminated|connection error|timeout exceeded when trying/i;

/**
 * Whether the database could not work at all, so that the same will do once it can: a full disk, a
 * lost connection. Says nothing against what was to be written.
 */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) {
    return false;
  }
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  if (typeof errcode === 'number') {
    // The low byte is the primary code of an extended one.
    return SQLITE_OUTAGES.has(errcode & 0xff);
  }
  if (typeof code === 'string') {
    return POSTGRES_OUTAGES.test(code) || LOST_CONNECTIONS.test(code);
  }
  return LOST_CONNECTION_WORDS.test(error.message);
}
