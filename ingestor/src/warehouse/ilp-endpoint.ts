import type { QuestdbConnection } from './connection.ts';

/** QuestDB's line-protocol address for callers with an HTTP client and an encoder of their own. */
export interface IlpEndpoint {
  /** `/write`; designated timestamps need their unit in the line (protocol 2: `…t` micro-, `…n` nanoseconds). */
  readonly url: URL;
  /** Headers to send with every request: the account, when the server has one. */
  readonly headers: Readonly<Record<string, string>>;
}

export type IlpPrecision = 'n' | 'u' | 'ms' | 's';

/** The endpoint of a connection. `precision` is the unit of designated timestamps that carry none. */
export function ilpEndpoint(connection: QuestdbConnection, precision: IlpPrecision = 'u'): IlpEndpoint {
  const url = new URL('/write', connection.httpUrl);
  url.searchParams.set('precision', precision);
  return { url, headers: authorization(connection) };
}

/** `Authorization` for QuestDB's HTTP endpoints, empty when the server has no account. */
export function authorization(connection: QuestdbConnection): Record<string, string> {
  if (connection.httpToken !== null) return { authorization: `Bearer ${connection.httpToken}` };
  if (connection.http === null) return {};
  const { user, password } = connection.http;
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}` };
}
