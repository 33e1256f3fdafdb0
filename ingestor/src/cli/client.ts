import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';
import { isLoopback } from '../access/credentials.ts';
import type { ClientConfig } from '../config.ts';
import { SceError, messageOf, type ErrorCode } from '../errors.ts';
import { credentialsFile } from '../warehouse/credentials.ts';

export interface ClientOptions {
  /** Base address; default: the service of this machine's configuration. */
  readonly url?: string | undefined;
}

export interface ServiceClient {
  readonly url: string;
  /** Sends JSON, gives JSON. Throws the service's error, or `WAREHOUSE_UNAVAILABLE` when nothing answers. */
  json<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T>;
}

/** A client of the running service: with the command line's own token (platform scope) where this account can read it, else `SCE_READ_TOKEN`. */
export function connectToService(config: ClientConfig, options: ClientOptions = {}): ServiceClient {
  const url = (options.url ?? ownUrl(config)).replace(/\/$/, '');
  // The local token is for the local service only: never sent to an address somebody typed.
  const token = options.url === undefined ? (localToken(config) ?? config.readToken) : config.readToken;
  const dispatcher = new Agent({ connect: ownTls(config, options), headersTimeout: 120_000, bodyTimeout: 120_000 });
  return {
    url,
    async json<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
      let response;
      let text: string;
      try {
        response = await request(`${url}${path}`, {
          method,
          dispatcher,
          headers: {
            accept: 'application/json',
            ...(token === null ? {} : { authorization: `Bearer ${token}` }),
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        text = await response.body.text();
      } catch (error) {
        throw new SceError(
          'WAREHOUSE_UNAVAILABLE',
          `no service answers at ${url}: ${messageOf(error)}; start it with: npm start`,
          { cause: error },
        );
      } finally {
        await dispatcher.close().catch(() => undefined);
      }
      return parse(text, response.statusCode, url) as T;
    },
  };
}

function parse(text: string, status: number, url: string): unknown {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    throw new SceError('INTERNAL', `${url} answered ${status} and no JSON; is that sce-voice?`, { cause: error });
  }
  if (status < 300) return body;
  const { code, message } = body as { code?: ErrorCode; message?: string };
  throw new SceError(code ?? 'INTERNAL', message ?? `${url} answered ${status}`);
}

function ownUrl(config: ClientConfig): string {
  const host = config.httpHost === '0.0.0.0' || config.httpHost === '::' ? '127.0.0.1' : config.httpHost;
  return `${config.http.tls.cert_file === '' ? 'http' : 'https'}://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${config.httpPort}`;
}

/** The service's own certificate is trusted for the service of this machine, whatever name it carries. */
function ownTls(config: ClientConfig, options: ClientOptions): { ca?: string; checkServerIdentity?: () => undefined } {
  const file = config.http.tls.cert_file;
  if (options.url !== undefined || file === '') return {};
  const local = isLoopback(config.httpHost) || config.httpHost === '0.0.0.0' || config.httpHost === '::';
  return { ca: readFileSync(file, 'utf8'), ...(local ? { checkServerIdentity: () => undefined } : {}) };
}

function localToken(config: ClientConfig): string | null {
  try {
    const credentials = JSON.parse(readFileSync(credentialsFile(config.dataDir), 'utf8')) as Record<string, string>;
    return credentials['cli_token'] ?? null;
  } catch {
    // Another account's service, or none was ever started here.
    return null;
  }
}
