import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeHubServer {
  started: string | null;
  last_activity: string | null;
  stopped?: boolean;
  state?: Record<string, unknown>;
}

export interface FakeHubUser {
  name: string;
  servers?: Record<string, FakeHubServer>;
}

export interface FakeHub {
  readonly url: string;
  readonly requests: string[];
  users: FakeHubUser[];
  /** `pages`: JupyterHub ≥ 2. `offset`: bare array, honours offset and limit. `all`: bare array of everybody, always. */
  generation: 'pages' | 'offset' | 'all';
  /** Answers 503 from this offset on, as a hub that restarts in the middle of a listing. */
  failFromOffset: number | null;
  close(): Promise<void>;
}

export const FAKE_HUB_TOKEN = 'fake-hub-token-0123456789';
const BASE = '/jupyter/hub/api/users';

/**
 * A hub that lies as real ones do: below a base path, scheme `token` only, 403 as JSON for a wrong token, a login page in
 * HTML on every other address, and a `next.url` that nobody outside can reach.
 */
export async function startFakeHub(users: FakeHubUser[] = []): Promise<FakeHub> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://hub');
    hub.requests.push(request.url ?? '');
    const json = (status: number, body: unknown, type = 'application/json') =>
      response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));
    if (url.pathname !== BASE)
      return response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>');
    if (request.headers.authorization !== `token ${FAKE_HUB_TOKEN}`)
      return json(403, { status: 403, message: 'Forbidden' });
    const all = hub.users.map(model);
    const active = url.searchParams.get('state') === 'active' ? all.filter(isActive) : all;
    if (hub.generation === 'all') return json(200, active);
    const offset = Number(url.searchParams.get('offset') ?? 0);
    const limit = Number(url.searchParams.get('limit') ?? 200);
    if (hub.failFromOffset !== null && offset >= hub.failFromOffset)
      return json(503, { status: 503, message: 'Service Unavailable' });
    const items = active.slice(offset, offset + limit);
    const paginated = request.headers.accept === 'application/jupyterhub-pagination+json';
    if (hub.generation === 'offset' || !paginated) return json(200, items);
    const more = offset + limit < active.length;
    const next = more
      ? { offset: offset + limit, limit, url: `http://hub.internal:8081${BASE}?offset=${offset + limit}` }
      : null;
    return json(
      200,
      { items, _pagination: { offset, limit, total: active.length, next } },
      'application/jupyterhub-pagination+json',
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const hub: FakeHub = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jupyter`,
    requests: [],
    users,
    generation: 'pages',
    failFromOffset: null,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return hub;
}

function isActive(user: { servers?: Record<string, { stopped: boolean }> }): boolean {
  return user.servers === undefined || Object.values(user.servers).some(({ stopped }) => !stopped);
}

/** The user model of the REST API; `servers` is left out where the token may not see it. */
function model({ name, servers }: FakeHubUser) {
  return {
    kind: 'user',
    name,
    admin: false,
    roles: ['user'],
    groups: [],
    server: servers?.[''] ? `/jupyter/user/${name}/` : null,
    pending: null,
    created: '2021-04-01T08:00:00.000000Z',
    last_activity: servers?.['']?.last_activity ?? null,
    ...(servers && {
      servers: Object.fromEntries(
        Object.entries(servers).map(([key, server]) => [
          key,
          {
            name: key,
            pending: null,
            ready: true,
            url: `/jupyter/user/${name}/${key}`,
            user_options: {},
            ...server,
            stopped: server.stopped ?? false,
          },
        ]),
      ),
    }),
  };
}
