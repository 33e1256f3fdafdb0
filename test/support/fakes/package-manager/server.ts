import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakePackage {
  readonly name: string;
  /** Without: the server does not say. */
  readonly version?: string;
}

export interface FakePackageRepository {
  readonly id: number;
  readonly name: string;
  /** Servers before types of repositories leave it out. */
  readonly type?: string;
  readonly sources: readonly { readonly id: number; readonly type: string; readonly packages: FakePackage[] }[];
}

export interface FakePackageManager {
  readonly url: string;
  repositories: FakePackageRepository[];
  /** Ignores `_page`, as old servers do: everything at once. */
  isUnpaged: boolean;
  /** Paths that answer 404, as servers do that are too old for them. */
  lacks: RegExp | null;
  fails: RegExp | null;
  readonly requests: string[];
  writes: number;
  close(): Promise<void>;
}

/** A Package Manager below `/ppm/`: its interface and the indices that R reads. */
export async function startFakePackageManager(repositories: FakePackageRepository[]): Promise<FakePackageManager> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://ppm');
    const path = url.pathname.replace(/^\/ppm\//u, '');
    fake.requests.push(path);
    if (request.method !== 'GET') fake.writes += 1;
    const send = (status: number, type: string, body: string): void =>
      void response.writeHead(status, { 'content-type': type }).end(body);
    const json = (body: unknown): void => send(200, 'application/json', JSON.stringify(body));
    const missing = (): void => send(404, 'application/json', '{"code":2,"error":"not found"}');
    if (fake.fails?.test(path)) {
      send(422, 'text/html', 'broken');
      return;
    }
    if (fake.lacks?.test(path)) {
      missing();
      return;
    }
    if (path === '__api__/status') {
      json({ version: '2026.04.2', r_versions: ['4.4', '4.5'], license: {} });
      return;
    }
    if (path === '__api__/repos') {
      json(fake.repositories.map(({ id, name, type }) => ({ id, name, ...(type === undefined ? {} : { type }) })));
      return;
    }
    if (path === '__api__/metrics/packages') {
      json([{ name: 'dplyr', count: 12 }]);
      return;
    }
    const own = fake.repositories.find(({ id }) => path.startsWith(`__api__/repos/${id}/`));
    if (own && path.endsWith('/sources')) {
      json(own.sources.map(({ id, type }) => ({ id, type, name: type })));
      return;
    }
    if (own) {
      const name = decodeURIComponent(path.slice(path.lastIndexOf('/') + 1));
      const found = own.sources.flatMap(({ packages }) => packages).find((each) => each.name === name);
      if (found) json(found);
      else missing();
      return;
    }
    const source = fake.repositories
      .flatMap(({ sources }) => sources)
      .find(({ id }) => path === `__api__/sources/${id}/packages`);
    if (source) {
      const size = Number(url.searchParams.get('_limit') ?? 100);
      const page = fake.isUnpaged ? 1 : Number(url.searchParams.get('_page') ?? 1);
      json(fake.isUnpaged ? source.packages : source.packages.slice((page - 1) * size, page * size));
      return;
    }
    const indexed = fake.repositories.find(({ name }) => path === `${name}/latest/src/contrib/PACKAGES`);
    if (!indexed) {
      missing();
      return;
    }
    const entries = indexed.sources.flatMap(({ packages }) => packages);
    send(
      200,
      'text/plain',
      entries
        .map(
          ({ name, version }) => `Package: ${name}\nVersion: ${version ?? ''}\nDepends: R (>= 4.0),\n        methods\n`,
        )
        .join('\n'),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const fake: FakePackageManager = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/ppm/`,
    repositories,
    isUnpaged: false,
    lacks: null,
    fails: null,
    requests: [],
    writes: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return fake;
}
