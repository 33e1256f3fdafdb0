import { SceError } from '../errors.ts';

export interface Account {
  readonly user: string;
  readonly password: string;
}

/** Where a QuestDB answers and as whom to ask: HTTP for writing, PG wire for reading and DDL. */
export interface QuestdbConnection {
  /** Base address without a trailing slash, such as `http://127.0.0.1:9000`. */
  readonly httpUrl: string;
  /** HTTP basic account, null when the server has none. */
  readonly http: Account | null;
  /** Bearer token instead of the basic account (a proxy in front of QuestDB), null when there is none. */
  readonly httpToken: string | null;
  readonly pgHost: string;
  readonly pgPort: number;
  readonly pgDatabase: string;
  /** Account for DDL and `INSERT … SELECT`. */
  readonly pgWriter: Account;
  /** Read-only account for views; the writing account where the server has none. */
  readonly pgReader: Account;
}

const known = [
  'addr',
  'username',
  'password',
  'token',
  'pg_port',
  'pg_username',
  'pg_password',
  'pg_read_username',
  'pg_read_password',
];

/** QuestDB's own defaults: what an untouched server accepts. */
const defaultPg: Account = { user: 'admin', password: 'quest' };

/**
 * Parses `SCE_QUESTDB_URL`, a client string as QuestDB's ILP clients take it:
 * `http::addr=host:9000;username=…;password=…;`. Beyond the clients' keys it may hold `pg_port` (default 8812),
 * `pg_username`, `pg_password` (default: QuestDB's own), `pg_read_username` and `pg_read_password` (default: the former).
 * A `;` inside a value is doubled. Throws `INVALID_CONFIG` without repeating a password.
 */
export function parseQuestdbUrl(text: string): QuestdbConnection {
  const invalid = (what: string): SceError =>
    new SceError(
      'INVALID_CONFIG',
      `SCE_QUESTDB_URL ${what}; it should look like "http::addr=host:9000;username=…;password=…;"`,
    );
  const [protocol, rest] = splitOnce(text.trim(), '::');
  if (protocol !== 'http' && protocol !== 'https') throw invalid(`has protocol "${protocol}"; http or https is needed`);
  const values = new Map<string, string>();
  for (const pair of rest.replaceAll(';;', '\0').split(';')) {
    if (pair.trim() === '') continue;
    const [key, value] = splitOnce(pair.replaceAll('\0', ';'), '=');
    if (!known.includes(key)) throw invalid(`has the unknown key "${key}" (known: ${known.join(', ')})`);
    values.set(key, value);
  }
  const address = values.get('addr');
  if (!address) throw invalid('has no addr');
  let url: URL;
  try {
    url = new URL(`${protocol}://${address}`);
  } catch {
    throw invalid(`has the address "${address}", which is not host:port`);
  }
  if (url.pathname !== '/' || url.search !== '' || url.username !== '')
    throw invalid(`has the address "${address}", which is not host:port`);
  const hasPort = /:\d+$/.test(address);
  const pgPort = Number(values.get('pg_port') ?? 8812);
  if (!Number.isInteger(pgPort) || pgPort < 1 || pgPort > 65_535)
    throw invalid(`has pg_port "${values.get('pg_port')}"`);
  const user = values.get('username');
  const pgWriter: Account = {
    user: values.get('pg_username') ?? defaultPg.user,
    password: values.get('pg_password') ?? defaultPg.password,
  };
  const reader = values.get('pg_read_username');
  return {
    httpUrl: `${protocol}://${url.hostname}:${hasPort ? address.slice(address.lastIndexOf(':') + 1) : '9000'}`,
    http: user === undefined ? null : { user, password: values.get('password') ?? '' },
    httpToken: values.get('token') ?? null,
    pgHost: url.hostname.replace(/^\[|\]$/g, ''),
    pgPort,
    pgDatabase: 'qdb',
    pgWriter,
    pgReader: reader === undefined ? pgWriter : { user: reader, password: values.get('pg_read_password') ?? '' },
  };
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}
