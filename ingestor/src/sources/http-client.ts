import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { Agent, request as send, type Dispatcher } from 'undici';
import { SceError, isSceError, messageOf } from '../errors.ts';
import { redactor } from './redact.ts';

export interface HttpClientOptions {
  /** For error texts: `SCIM feed "workday"`. */
  readonly name: string;
  /** Relative addresses are resolved against it; credentials go to its origin only. */
  readonly baseUrl: string;
  /** Sent with every request to the base URL's origin, such as `authorization`. Their values never appear in an error. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
  /** Attempts after the first for 429, 5xx and lost connections. */
  readonly retries?: number;
  /** First pause before a retry; doubles, with jitter. */
  readonly retryBaseMs?: number;
  /** A longer `Retry-After` is not waited for: the error carries it, and the poller comes back then. */
  readonly maxRetryAfterMs?: number;
  readonly parallel?: number;
  /** PEM of a private certification authority. */
  readonly ca?: string;
  readonly signal?: AbortSignal;
}

export interface HttpRequest {
  readonly method?: 'GET' | 'HEAD' | 'POST';
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Answers besides 2xx that are returned instead of thrown, such as 304 or 404. */
  readonly expect?: readonly number[];
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Where the answer came from, after redirects. */
  readonly url: URL;
}

export interface JsonResponse extends Omit<HttpResponse, 'body'> {
  readonly json: unknown;
}

/**
 * The polite client of every poller: limited parallelism, time-outs, size limit, retries that honour `Retry-After`, redirects
 * that leave credentials behind at another origin. Throws `SOURCE_FAILED` with `details.status` where the server answered.
 */
export class HttpClient {
  /** Requests sent so far, retries and redirects included. */
  requests = 0;
  readonly #options: HttpClientOptions;
  readonly #base: URL;
  readonly #agent: Agent;
  readonly #limit: ReturnType<typeof pLimit>;
  readonly #redact: (text: string) => string;

  constructor(options: HttpClientOptions) {
    this.#options = options;
    if (!URL.canParse(options.baseUrl))
      throw new SceError(
        'INVALID_CONFIG',
        `${options.name}: "${options.baseUrl}" is not an address; https://host/path is needed`,
      );
    this.#base = new URL(options.baseUrl.endsWith('/') ? options.baseUrl : `${options.baseUrl}/`);
    this.#limit = pLimit(options.parallel ?? 4);
    this.#redact = redactor(Object.values(options.headers ?? {}));
    this.#agent = new Agent({
      connect: { timeout: 10_000, ...(options.ca === undefined ? {} : { ca: options.ca }) },
      keepAliveTimeout: 5_000,
    });
  }

  /** GET and parse. Throws when the content type or the text is not JSON (a login page, a proxy's error). */
  async getJson(path: string, options: HttpRequest = {}): Promise<JsonResponse> {
    const { body, ...rest } = await this.request(path, {
      ...options,
      headers: { accept: 'application/json', ...options.headers },
    });
    if (body.length === 0) return { ...rest, json: null };
    const type = rest.headers['content-type'] ?? '';
    if (rest.status < 400 && !/\bjson\b/u.test(type))
      throw this.#failure(
        rest.url,
        `answered ${type || 'no content type'} where JSON was expected; is the address right, and the token valid?`,
      );
    try {
      return { ...rest, json: JSON.parse(body.toString('utf8')) as unknown };
    } catch (error) {
      if (rest.status >= 400) return { ...rest, json: null };
      throw this.#failure(rest.url, `answered text that is not JSON: ${messageOf(error).slice(0, 80)}`);
    }
  }

  /** `path` is relative to the base URL or absolute. */
  async request(path: string, options: HttpRequest = {}): Promise<HttpResponse> {
    const url = new URL(path, this.#base);
    for (const [name, value] of Object.entries(options.query ?? {}))
      if (value !== undefined) url.searchParams.set(name, String(value));
    return this.#limit(() => this.#withRetries(url, options));
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #withRetries(url: URL, options: HttpRequest): Promise<HttpResponse> {
    const retries = this.#options.retries ?? 4;
    const longest = this.#options.maxRetryAfterMs ?? 60_000;
    for (let attempt = 0; ; attempt++) {
      let failure: SceError;
      let waitMs: number | null = null;
      try {
        const response = await this.#follow(url, options);
        if ((response.status >= 200 && response.status < 300) || options.expect?.includes(response.status))
          return response;
        waitMs = retryAfterMs(response);
        failure = this.#failure(
          response.url,
          `answered ${response.status}${excerpt(response)}`,
          response.status,
          waitMs,
        );
        if (!isRetryable(response.status) && waitMs === null) throw failure;
      } catch (error) {
        if (isSceError(error)) throw error;
        this.#options.signal?.throwIfAborted();
        failure = this.#failure(url, `cannot be reached: ${messageOf(error)}`);
      }
      if (attempt >= retries || (options.method ?? 'GET') === 'POST' || (waitMs !== null && waitMs > longest))
        throw failure;
      const backOff = (this.#options.retryBaseMs ?? 500) * 2 ** attempt * (0.5 + Math.random() / 2);
      await sleep(Math.max(waitMs ?? 0, backOff), undefined, {
        ...(this.#options.signal ? { signal: this.#options.signal } : {}),
      });
    }
  }

  async #follow(start: URL, options: HttpRequest): Promise<HttpResponse> {
    let url = start;
    for (let hop = 0; hop <= 5; hop++) {
      const response = await this.#once(url, options);
      const location = response.headers['location'];
      if (
        ![301, 302, 303, 307, 308].includes(response.status) ||
        !location ||
        options.expect?.includes(response.status)
      )
        return response;
      url = new URL(location, url);
    }
    throw this.#failure(start, 'redirects more than five times');
  }

  async #once(url: URL, options: HttpRequest): Promise<HttpResponse> {
    this.requests += 1;
    const ownOrigin = url.origin === this.#base.origin;
    const timeout = AbortSignal.timeout(this.#options.timeoutMs ?? 30_000);
    const response: Dispatcher.ResponseData = await send(url, {
      method: options.method ?? 'GET',
      headers: { 'user-agent': 'sce-voice', ...(ownOrigin ? this.#options.headers : {}), ...options.headers },
      ...(options.body === undefined ? {} : { body: options.body }),
      dispatcher: this.#agent,
      signal: this.#options.signal ? AbortSignal.any([this.#options.signal, timeout]) : timeout,
    });
    const limit = this.#options.maxBytes ?? 64 * 1024 * 1024;
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) throw this.#failure(url, `answered more than ${limit} bytes`);
      chunks.push(chunk);
    }
    const headers = Object.fromEntries(
      Object.entries(response.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]),
    );
    return { status: response.statusCode, headers, body: Buffer.concat(chunks), url };
  }

  #failure(url: URL, what: string, status?: number, waitMs: number | null = null): SceError {
    // Queries may carry filters with names or tokens: the path is enough to find the place.
    return new SceError('SOURCE_FAILED', this.#redact(`${this.#options.name}: ${url.origin}${url.pathname} ${what}`), {
      details: status === undefined ? {} : { status },
      ...(waitMs === null ? {} : { retryAfterSeconds: Math.ceil(waitMs / 1000) }),
    });
  }
}

function isRetryable(status: number): boolean {
  return status === 429 || status === 408 || status >= 500;
}

/** What the server asks us to wait, in milliseconds: `Retry-After` in both forms, else the reset of a used-up rate limit. */
export function retryAfterMs(
  response: Pick<HttpResponse, 'status' | 'headers'>,
  now: number = Date.now(),
): number | null {
  if (![403, 429, 503].includes(response.status)) return null;
  const header = response.headers['retry-after'];
  if (header !== undefined && header !== '') {
    const seconds = Number(header);
    const until = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now;
    return Number.isFinite(until) ? Math.max(0, until) : null;
  }
  const remaining = response.headers['x-ratelimit-remaining'] ?? response.headers['ratelimit-remaining'];
  const reset = Number(response.headers['x-ratelimit-reset'] ?? response.headers['ratelimit-reset']);
  return remaining === '0' && Number.isFinite(reset) ? Math.max(0, reset * 1000 - now) : null;
}

/** The server's own words, where it sent them in a known place. */
function excerpt(response: HttpResponse): string {
  try {
    const body = JSON.parse(response.body.toString('utf8')) as Record<string, unknown>;
    const text = body['detail'] ?? body['message'] ?? body['error'];
    return typeof text === 'string' ? ` (${text.slice(0, 200)})` : '';
  } catch {
    return '';
  }
}
