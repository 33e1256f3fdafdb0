import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { SceError, isSceError, messageOf } from '../../errors.ts';
import { HttpClient, type HttpRequest, type JsonResponse } from '../http-client.ts';
import { readSecret } from '../secret.ts';
import type { ConnectServer } from './config.ts';

export type Query = NonNullable<HttpRequest['query']>;

/** An answer that is not there: the item is gone, or the server is too old to have the endpoint. */
export type Missing = 'item' | 'endpoint';
export type Answer = { readonly json: unknown; readonly missing: null } | { readonly missing: Missing };

/** Pages that a proxy shows instead of the server's answer are asked for again this often. */
const proxyRetries = 2;
const proxyPauseMs = 500;

/**
 * The API of one Connect server, for reading: nothing here can send anything but GET. The key is read anew at the start
 * of a run and when the server refuses it, so that one that is renewed in mid-run is taken up.
 */
export class ConnectClient {
  readonly #server: ConnectServer;
  readonly #signal: AbortSignal;
  #http: HttpClient;
  #key: string;
  #renewing: Promise<boolean> | null = null;
  #requestsOfEarlier = 0;
  /** Server's clock − ours, in ms, by the newest answer; null before the first. */
  skewMs: number | null = null;

  private constructor(server: ConnectServer, signal: AbortSignal, key: string) {
    this.#server = server;
    this.#signal = signal;
    this.#key = key;
    this.#http = this.#client(key);
  }

  /** Throws `INVALID_CONFIG` without a key. */
  static async open(server: ConnectServer, signal: AbortSignal): Promise<ConnectClient> {
    return new ConnectClient(server, signal, await keyOf(server));
  }

  /** Requests sent so far, retries included. */
  get requests(): number {
    return this.#requestsOfEarlier + this.#http.requests;
  }

  /** The server's clock now. */
  now(): Date {
    return new Date(Date.now() + (this.skewMs ?? 0));
  }

  /** GET below `/__api__/`. Throws `SOURCE_FAILED` with `details.status`. */
  async get(path: string, query: Query = {}): Promise<Answer> {
    const response = await this.#withRenewal(() => this.#throughProxies(path, query));
    const date = Date.parse(response.headers['date'] ?? '');
    if (Number.isFinite(date)) this.skewMs = date - Date.now();
    if (response.status !== 404) return { json: response.json, missing: null };
    const type = response.headers['content-type'] ?? '';
    if (/\bjson\b/u.test(type) && response.json !== null) return { missing: 'item' };
    // Only the server's own text says that an endpoint is not there; a proxy's page says nothing.
    if (type.startsWith('text/plain')) return { missing: 'endpoint' };
    throw new SceError('SOURCE_FAILED', `Connect ${this.#server.name}: ${path} answered 404 as ${type || 'no type'}`, {
      details: { status: 404 },
    });
  }

  /** Like `get` for what every server has. */
  async must(path: string, query: Query = {}): Promise<unknown> {
    const answer = await this.get(path, query);
    if (answer.missing === null) return answer.json;
    throw new SceError(
      'SOURCE_FAILED',
      `Connect ${this.#server.name}: ${path} is not there (404); is the url right, without /__api__?`,
      { details: { status: 404 } },
    );
  }

  async close(): Promise<void> {
    await this.#http.close();
  }

  async #throughProxies(path: string, query: Query): Promise<JsonResponse> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#http.getJson(path, { query, expect: [404] });
      } catch (error) {
        // A status means that the client has tried again already, or must not.
        const isPage = isSceError(error) && error.code === 'SOURCE_FAILED' && error.details['status'] === undefined;
        if (!isPage || attempt >= proxyRetries || !/where JSON was expected|not JSON/u.test(error.message)) throw error;
        await sleep(proxyPauseMs * (attempt + 1), undefined, { signal: this.#signal });
      }
    }
  }

  async #withRenewal(ask: () => Promise<JsonResponse>): Promise<JsonResponse> {
    const key = this.#key;
    try {
      return await ask();
    } catch (error) {
      if (!isSceError(error) || error.details['status'] !== 401) throw error;
      if (key === this.#key && !(await (this.#renewing ??= this.#renew())))
        throw new SceError(
          'SOURCE_FAILED',
          `Connect ${this.#server.name}: the API key is refused (401): expired or revoked? Put a new one into ${this.#server.api_key_env || this.#server.api_key_file}`,
          { cause: error, details: { status: 401 } },
        );
      return ask();
    }
  }

  /** Takes up another key, if there is one. */
  async #renew(): Promise<boolean> {
    try {
      const key = await keyOf(this.#server);
      if (key === this.#key) return false;
      const earlier = this.#http;
      this.#requestsOfEarlier += earlier.requests;
      this.#http = this.#client(key);
      this.#key = key;
      // Requests still under way on it end with 401 and come here.
      setTimeout(() => void earlier.close(), this.#server.timeout_seconds * 1000).unref();
      return true;
    } finally {
      this.#renewing = null;
    }
  }

  #client(key: string): HttpClient {
    const { url, name, ca_file: caFile, timeout_seconds: timeout, parallel } = this.#server;
    const base = url.replace(/\/*(?:__api__\/*)?$/u, '');
    return new HttpClient({
      name: `Connect ${name}`,
      baseUrl: `${base}/__api__/`,
      headers: { authorization: `Key ${key}` },
      timeoutMs: timeout * 1000,
      maxBytes: 256 * 1024 * 1024,
      parallel,
      ...(caFile === '' ? {} : { ca: readCa(caFile, name) }),
      signal: this.#signal,
    });
  }
}

async function keyOf(server: ConnectServer): Promise<string> {
  const key = await readSecret(server.api_key_env, server.api_key_file, `Connect ${server.name}`);
  if (key === '')
    throw new SceError(
      'INVALID_CONFIG',
      `Connect ${server.name}: there is no API key; name it in api_key_env or api_key_file`,
    );
  return key;
}

function readCa(file: string, name: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new SceError('INVALID_CONFIG', `Connect ${name}: cannot read ca_file: ${messageOf(error)}`, { cause: error });
  }
}
