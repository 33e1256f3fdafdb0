import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeImage {
  /** `config.Env`, `config.Labels`, `history` as the image config has them. */
  readonly env?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly history?: readonly string[];
  /** Behind an index with an attestation, arm64 and amd64 (default), or a plain manifest. */
  readonly plain?: boolean;
}

export interface FakeRegistry {
  /** As image references have it: 127.0.0.1:12345. */
  readonly host: string;
  readonly url: string;
  /** `GET /v2/…` in the order they came, with their status. */
  readonly requests: string[];
  /** Requests that the storage host refused because they carried credentials. */
  leaks: number;
  auth: 'none' | 'token' | 'access_token' | 'basic';
  /** The next so many requests for manifests answer 429 with `Retry-After: <retryAfter>`. */
  throttle: number;
  retryAfter: string;
  /** Blobs whose content is not what their digest says. */
  corrupt: boolean;
  down: boolean;
  /** Returns the digest that a container runtime would report: that of the index or manifest. */
  push(repository: string, tag: string, image: FakeImage): string;
  /** Deletes tag and content. */
  delete(repository: string, tag: string): void;
  close(): Promise<void>;
}

export const FAKE_REGISTRY_CREDENTIALS = 'robot:fake-registry-password';
const TYPES = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
};

/**
 * A registry that lies as real ones do: a challenge before everything, tokens for one repository only and in either
 * field, an index whose first entry is no image, blobs on another host (307) which refuses requests that carry
 * credentials, rate limits, and content that is not what was asked for.
 */
export async function startFakeRegistry(): Promise<FakeRegistry> {
  const basic = `Basic ${Buffer.from(FAKE_REGISTRY_CREDENTIALS).toString('base64')}`;
  const contents = new Map<string, { readonly type: string; readonly body: string }>();
  const tags = new Map<string, string>();

  const store = (type: string, value: unknown): string => {
    const body = JSON.stringify(value);
    const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`;
    contents.set(digest, { type, body });
    return digest;
  };
  const storage = await listen((request, response) => {
    if (request.headers.authorization !== undefined) {
      registry.leaks += 1;
      return fail(response, 400, 'UNSUPPORTED');
    }
    const content = contents.get((request.url ?? '').slice(1));
    if (!content) return fail(response, 404, 'BLOB_UNKNOWN');
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    return response.end(registry.corrupt ? content.body.replace('4.4.1', '4.9.9').concat(' ') : content.body);
  });
  const auth = await listen((request, response) => {
    const url = new URL(request.url ?? '/', 'http://auth');
    if (request.headers.authorization !== basic) return fail(response, 401, 'UNAUTHORIZED');
    const field = registry.auth === 'access_token' ? 'access_token' : 'token';
    const token = `token-for:${url.searchParams.get('service') ?? ''}:${url.searchParams.get('scope') ?? ''}`;
    response.writeHead(200, { 'content-type': 'application/json' });
    return response.end(JSON.stringify({ [field]: token, ...(field === 'token' && { expires_in: 300 }) }));
  });
  const server = await listen((request, response) => {
    const answer = (status: number, respond: () => unknown) => {
      registry.requests.push(`${status} ${request.url ?? ''}`);
      return respond();
    };
    if (registry.down) return request.socket.destroy();
    const [, repository = '', kind = '', reference = ''] =
      /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(request.url ?? '') ?? [];
    const scope = `repository:${repository}:pull`;
    const wanted = registry.auth === 'basic' ? basic : `Bearer token-for:fake:${scope}`;
    if (registry.auth !== 'none' && request.headers.authorization !== wanted) {
      const bearer = `Bearer realm="${addressOf(auth)}/token?a=1,2",service="fake",scope="${scope}"`;
      response.setHeader('www-authenticate', registry.auth === 'basic' ? 'Basic realm="fake, registry"' : bearer);
      return answer(401, () => fail(response, 401, 'UNAUTHORIZED'));
    }
    if (kind === 'manifests' && registry.throttle > 0) {
      registry.throttle -= 1;
      response.setHeader('retry-after', registry.retryAfter);
      return answer(429, () => fail(response, 429, 'TOOMANYREQUESTS'));
    }
    if (kind === 'blobs') {
      response.setHeader('location', `${addressOf(storage)}/${reference}`);
      return answer(307, () => response.writeHead(307).end());
    }
    const digest = reference.includes(':') ? reference : (tags.get(`${repository}:${reference}`) ?? '');
    const content = contents.get(digest);
    if (!content || !request.headers.accept?.includes(content.type))
      return answer(404, () => fail(response, 404, 'MANIFEST_UNKNOWN'));
    response.writeHead(200, { 'content-type': content.type, 'docker-content-digest': digest });
    return answer(200, () => response.end(content.body));
  });

  const registry: FakeRegistry = {
    host: addressOf(server).replace('http://', ''),
    url: addressOf(server),
    requests: [],
    leaks: 0,
    auth: 'token',
    throttle: 0,
    retryAfter: '1',
    corrupt: false,
    down: false,
    push(repository, tag, image) {
      const config = store(TYPES.config, {
        created: '2026-07-02T10:11:12Z',
        architecture: 'amd64',
        os: 'linux',
        config: { User: '', Env: image.env ?? [], Labels: image.labels ?? null },
        rootfs: { type: 'layers', diff_ids: [] },
        history: (image.history ?? []).map((created_by) => ({ created_by, empty_layer: true })),
      });
      const manifest = (digest: string) =>
        store(TYPES.manifest, {
          schemaVersion: 2,
          mediaType: TYPES.manifest,
          config: { mediaType: TYPES.config, digest },
          layers: [],
        });
      const amd64 = manifest(config);
      const entry = (digest: string, os: string, architecture: string) => ({
        mediaType: TYPES.manifest,
        digest,
        platform: { os, architecture },
      });
      const digest = image.plain
        ? amd64
        : store(TYPES.index, {
            schemaVersion: 2,
            mediaType: TYPES.index,
            manifests: [
              entry(manifest(store(TYPES.config, { attestation: tag })), 'unknown', 'unknown'),
              entry(manifest(store(TYPES.config, { config: { Env: ['R_VERSION=3.0.0'] } })), 'linux', 'arm64'),
              entry(amd64, 'linux', 'amd64'),
            ],
          });
      tags.set(`${repository}:${tag}`, digest);
      return digest;
    },
    delete(repository, tag) {
      contents.delete(tags.get(`${repository}:${tag}`) ?? '');
      tags.delete(`${repository}:${tag}`);
    },
    close: async () => {
      await Promise.all([server, auth, storage].map(stop));
    },
  };
  return registry;
}

function fail(response: ServerResponse, status: number, code: string): ServerResponse {
  response.writeHead(status, { 'content-type': 'application/json' });
  return response.end(JSON.stringify({ errors: [{ code, message: 'no', detail: {} }] }));
}

async function listen(handle: (request: IncomingMessage, response: ServerResponse) => unknown): Promise<Server> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
