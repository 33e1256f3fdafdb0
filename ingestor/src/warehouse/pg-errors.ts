import pg from 'pg';
import { SceError, isSceError, messageOf } from '../errors.ts';

const refusedPassword = /invalid username\/password/i;
const aborted = /timeout, query aborted|cancelled by user/i;
const overloaded = /out of memory|memory limit|too many (?:open )?files/i;

/** Maps what `pg` or QuestDB throws: an answer of the database is `INTERNAL` with its message, silence is `WAREHOUSE_UNAVAILABLE`. */
export function toSceError(error: unknown, sql: string, timeoutMs: number): SceError {
  if (isSceError(error)) return error;
  const message = messageOf(error);
  if (error instanceof pg.DatabaseError) {
    if (refusedPassword.test(message))
      return new SceError(
        'SETUP',
        'QuestDB refused the PG account; check pg_username and pg_password in SCE_QUESTDB_URL',
        {
          cause: error,
        },
      );
    if (aborted.test(message)) return queryTimeout(sql, timeoutMs, error);
    if (overloaded.test(message))
      return new SceError('WAREHOUSE_UNAVAILABLE', `QuestDB is out of resources: ${message}`, {
        cause: error,
        retryAfterSeconds: 5,
      });
    return new SceError('INTERNAL', `QuestDB refused a statement: ${message}`, {
      cause: error,
      details: { sql: excerpt(sql), ...(error.position === undefined ? {} : { position: Number(error.position) }) },
    });
  }
  return new SceError('WAREHOUSE_UNAVAILABLE', `QuestDB does not answer: ${message || causeCode(error)}`, {
    cause: error,
    retryAfterSeconds: 5,
  });
}

export function queryTimeout(sql: string, timeoutMs: number, cause?: unknown): SceError {
  return new SceError(
    'QUERY_TIMEOUT',
    `a query took longer than ${timeoutMs / 1000} s; ask for a shorter range or raise warehouse.query_timeout_seconds`,
    {
      cause,
      details: { sql: excerpt(sql) },
    },
  );
}

/** Node throws an AggregateError without a message when every address of a host refuses. */
function causeCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'connection lost';
}

function excerpt(sql: string): string {
  const text = sql.replace(/\s+/g, ' ').trim();
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
