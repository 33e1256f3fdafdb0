import pRetry from 'p-retry';
import { Agent, request } from 'undici';
import { SceError, isSceError, messageOf } from '../errors.ts';
import type { QuestdbConnection } from './connection.ts';
import { ilpEndpoint } from './ilp-endpoint.ts';
import { encodeRows } from './ilp-rows.ts';
import type { TableSchemas } from './table-schema.ts';
import type { TableRows, WarehouseWriter } from './warehouse.ts';

/** One request is one transaction; larger batches are cut so that neither side holds too much at once. */
const maxRowsPerRequest = 50_000;
const requestTimeoutMs = 30_000;

/**
 * Writes rows of any table over line protocol. The encoding is the client library's; the request is our own because the
 * library reports a refusal only as text. (Samples have a faster path of their own in sources/prometheus.)
 */
export class QuestdbWriter implements WarehouseWriter {
  readonly #url: string;
  readonly #millisecondUrl: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #schemas: TableSchemas;
  readonly #agent = new Agent({
    connections: 4,
    headersTimeout: requestTimeoutMs,
    bodyTimeout: requestTimeoutMs,
    connectTimeout: 2_000,
  });
  readonly #guard: () => void;

  /** `guard` is called before every request and may throw (free-space reserve). */
  constructor(connection: QuestdbConnection, schemas: TableSchemas, guard: () => void = () => undefined) {
    const endpoint = ilpEndpoint(connection);
    this.#url = endpoint.url.href;
    this.#millisecondUrl = ilpEndpoint(connection, 'ms').url.href;
    this.#headers = endpoint.headers;
    this.#schemas = schemas;
    this.#guard = guard;
  }

  async write(batches: readonly TableRows[]): Promise<void> {
    for (const { table, rows } of batches) {
      if (rows.length === 0) continue;
      const schema = await this.#schemas.of(table);
      for (let start = 0; start < rows.length; start += maxRowsPerRequest) {
        this.#guard();
        const body = encodeRows(schema, rows.slice(start, start + maxRowsPerRequest));
        await this.#sendWithRetry(table, body);
      }
    }
  }

  async writeLines(table: string, lines: Uint8Array): Promise<void> {
    this.#guard();
    await this.#send(table, lines, this.#millisecondUrl);
  }

  /** Throws `SETUP` when QuestDB refuses the HTTP account, `WAREHOUSE_UNAVAILABLE` when it does not answer. */
  async assertAccount(): Promise<void> {
    const { status, text } = await this.#post('');
    if (status >= 300) throw refusal('', status, text);
  }

  async close(): Promise<void> {
    await this.#agent.close();
  }

  #sendWithRetry(table: string, body: Buffer): Promise<void> {
    return pRetry(() => this.#send(table, body), {
      retries: 4,
      minTimeout: 100,
      factor: 2,
      maxTimeout: 1_000,
      randomize: true,
      shouldRetry: ({ error }) => isSceError(error) && error.code === 'WAREHOUSE_UNAVAILABLE',
    });
  }

  async #send(table: string, body: Uint8Array, url = this.#url): Promise<void> {
    const { status, text } = await this.#post(body, url);
    if (status >= 300) throw refusal(table, status, text);
  }

  async #post(body: Uint8Array | string, url = this.#url): Promise<{ status: number; text: string }> {
    const headers = { ...this.#headers, 'content-type': 'text/plain' };
    try {
      const response = await request(url, { method: 'POST', headers, body, dispatcher: this.#agent });
      return { status: response.statusCode, text: await response.body.text() };
    } catch (error) {
      throw new SceError('WAREHOUSE_UNAVAILABLE', `QuestDB does not answer: ${messageOf(error)}`, {
        cause: error,
        retryAfterSeconds: 5,
      });
    }
  }
}

/** QuestDB's answer to `/write` as an error; 4xx says the rows will never fit, all else may be tried again. */
export function refusal(table: string, status: number, text: string): SceError {
  const message = questdbMessage(text);
  if (status === 401 || status === 403)
    return new SceError('SETUP', 'QuestDB refused the HTTP account; check username and password in SCE_QUESTDB_URL', {
      details: { status },
    });
  if (status === 400 || status === 404 || status === 413)
    return new SceError('WRITE_REJECTED', `QuestDB refused rows for table "${table}": ${message}`, {
      details: { table, status },
    });
  return new SceError('WAREHOUSE_UNAVAILABLE', `QuestDB could not store rows: ${message}`, {
    details: { table, status },
    retryAfterSeconds: 5,
  });
}

function questdbMessage(text: string): string {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && 'message' in parsed) return String(parsed.message);
  } catch {
    // Not JSON: the text itself is the message.
  }
  return text.trim().slice(0, 500) || 'no reason given';
}
