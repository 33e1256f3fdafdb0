import { createHash } from 'node:crypto';
import { SceError } from '../../errors.ts';
import { HttpClient, type HttpResponse } from '../http-client.ts';
import { parseChallenge, type Challenge } from './challenge.ts';

const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');
const REDIRECTS = [301, 302, 303, 307, 308];
const MiB = 1024 * 1024;
/** Tokens without `expires_in` are good for this long. */
const DEFAULT_TOKEN_SECONDS = 60;

export interface RegistryClientOptions {
  /** As image references have it; for messages. */
  readonly host: string;
  readonly url: string;
  /** `user:password`; empty: anonymous. */
  readonly credentials: string;
  readonly ca?: string;
  readonly signal?: AbortSignal;
  readonly retries?: number;
  readonly retryBaseMs?: number;
}

/** An answer that is whole: where its digest was known, the content has it. */
export interface RegistryContent {
  readonly json: unknown;
  readonly digest: string;
}

/**
 * Reads manifests and config blobs of one registry (Distribution v2): answers token and Basic challenges, follows redirects
 * to storage **without** the credentials, and believes nothing whose SHA-256 is wrong. Throws `SOURCE_FAILED` with
 * `details.status` where the registry answered; 401, 403 and 404 mean that this image is not there for us.
 */
export class RegistryClient {
  readonly #options: RegistryClientOptions;
  readonly #http: HttpClient;
  /** Authorization by repository, until it expires. */
  readonly #authorizations = new Map<string, { readonly value: string; readonly until: number }>();

  constructor(options: RegistryClientOptions) {
    this.#options = options;
    this.#http = new HttpClient({
      name: `registry ${options.host}`,
      baseUrl: options.url,
      maxBytes: 16 * MiB,
      ...(options.ca === undefined ? {} : { ca: options.ca }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(options.retries === undefined ? {} : { retries: options.retries }),
      ...(options.retryBaseMs === undefined ? {} : { retryBaseMs: options.retryBaseMs }),
    });
  }

  /** `reference` is a tag or a digest. */
  async manifest(repository: string, reference: string): Promise<RegistryContent> {
    const response = await this.#get(repository, `v2/${repository}/manifests/${reference}`, MANIFESTS);
    const told = response.headers['docker-content-digest'] ?? '';
    return this.#verified(response, reference.includes(':') ? reference : told);
  }

  async blob(repository: string, digest: string): Promise<RegistryContent> {
    return this.#verified(await this.#get(repository, `v2/${repository}/blobs/${digest}`, '*/*'), digest);
  }

  async close(): Promise<void> {
    await this.#http.close();
  }

  async #get(repository: string, path: string, accept: string): Promise<HttpResponse> {
    let response = await this.#once(repository, path, accept);
    if (response.status === 401) {
      const challenge = parseChallenge(response.headers['www-authenticate'] ?? '');
      if (!challenge) throw this.#failure(`asks for a login that is neither Bearer nor Basic, for ${repository}`, 401);
      await this.#authorize(repository, challenge);
      response = await this.#once(repository, path, accept);
    }
    if (REDIRECTS.includes(response.status)) response = await this.#followToStorage(response, repository, accept);
    if (response.status >= 200 && response.status < 300) return response;
    throw this.#failure(`answered ${response.status}${errorCode(response)} for ${repository}`, response.status);
  }

  async #once(repository: string, path: string, accept: string): Promise<HttpResponse> {
    const known = this.#authorizations.get(repository);
    const authorization = known !== undefined && known.until > Date.now() ? { authorization: known.value } : {};
    return this.#http.request(path, {
      headers: { accept, ...authorization },
      // Redirects are followed below: a header of a request would go along to the other host.
      expect: [401, 403, 404, ...REDIRECTS],
    });
  }

  async #followToStorage(response: HttpResponse, repository: string, accept: string): Promise<HttpResponse> {
    const location = response.headers['location'] ?? '';
    if (!URL.canParse(location, response.url.href)) throw this.#failure('redirects to no address', response.status);
    const target = new URL(location, response.url);
    if (target.origin === response.url.origin) return this.#once(repository, target.href, accept);
    return this.#http.request(target.href, { headers: { accept }, expect: [401, 403, 404] });
  }

  async #authorize(repository: string, challenge: Challenge): Promise<void> {
    const { credentials } = this.#options;
    const basic = `Basic ${Buffer.from(credentials).toString('base64')}`;
    if (challenge.scheme === 'basic') {
      if (credentials === '') throw this.#failure('asks for a user and password; set credentials_file', 401);
      this.#authorizations.set(repository, { value: basic, until: Infinity });
      return;
    }
    const realm = new URL(challenge.realm);
    if (realm.protocol === 'http:' && this.#options.url.startsWith('https:'))
      throw this.#failure(`wants the login sent in clear text to ${realm.host}`, 401);
    const { json } = await this.#http.getJson(challenge.realm, {
      query: { service: challenge.service || undefined, scope: challenge.scope || `repository:${repository}:pull` },
      headers: credentials === '' ? {} : { authorization: basic },
      // A token service that sends us on could collect the password.
      expect: [401, 403, ...REDIRECTS],
    });
    const answer = (json ?? {}) as { token?: unknown; access_token?: unknown; expires_in?: unknown };
    const token = [answer.token, answer.access_token].find((value) => typeof value === 'string' && value !== '');
    if (typeof token !== 'string')
      throw this.#failure(`gets no token from ${realm.host}; are the credentials right?`, 401);
    const seconds = typeof answer.expires_in === 'number' ? answer.expires_in : DEFAULT_TOKEN_SECONDS;
    // A little early, so that it does not expire on the way.
    this.#authorizations.set(repository, { value: `Bearer ${token}`, until: Date.now() + seconds * 900 });
  }

  #verified(response: HttpResponse, expected: string): RegistryContent {
    const digest = `sha256:${createHash('sha256').update(response.body).digest('hex')}`;
    if (expected.startsWith('sha256:') && digest !== expected)
      throw this.#failure(
        `sent content that is ${digest} where ${expected} was asked for; it is not used`,
        undefined,
        true,
      );
    try {
      return { json: JSON.parse(response.body.toString('utf8')) as unknown, digest };
    } catch (error) {
      throw new SceError('SOURCE_FAILED', `registry ${this.#options.host} answered text that is not JSON`, {
        cause: error,
      });
    }
  }

  /** `content`: the answer itself is bad, the registry works. */
  #failure(what: string, status?: number, content = false): SceError {
    return new SceError('SOURCE_FAILED', `registry ${this.#options.host} ${what}`, {
      details: { ...(status === undefined ? {} : { status }), ...(content ? { content } : {}) },
    });
  }
}

/** `MANIFEST_UNKNOWN` and the like: a code of the specification, never the free text beside it. */
function errorCode(response: HttpResponse): string {
  const code = /"code"\s*:\s*"([A-Z_]{1,40})"/.exec(response.body.toString('utf8').slice(0, 4096))?.[1];
  return code === undefined ? '' : ` (${code})`;
}
