import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ConnectItem, ConnectWorld, EventLog } from '../../organisation/connect/index.ts';
import {
  bundleBodies,
  contentBody,
  hitBody,
  jobBody,
  legacyJobBody,
  packageBodies,
  rfc3339,
  scheduleBodies,
  sessionBody,
  userBody,
  variantBodies,
  visitBody,
  type Generation,
} from './shapes.ts';

export const FAKE_CONNECT_KEY = 'fake-connect-key-0123456789';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Of all requests so far, from 1. */
  readonly number: number;
}

/** What happens instead of the answer. */
export interface Fault {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface FakeConnect {
  readonly url: string;
  readonly world: ConnectWorld;
  /** Requests by path with guids and numbers replaced by `*`. */
  readonly counts: Map<string, number>;
  readonly total: number;
  /** Requests that change something: a dry run must leave it at 0. */
  readonly writes: number;
  generation: Generation;
  /** How the last page of a log says that it is the last. */
  lastPage: 'null' | 'missing';
  /** Ids of hits: servers of 2025.04 send numbers, newer ones texts. */
  hitIds: 'number' | 'text';
  readonly keys: Set<string>;
  /** Role of the key's owner. */
  role: string;
  /** Server's clock − the real one. */
  clockOffsetMs: number;
  /** Called before a request is answered; may change the world, or answer instead. */
  intercept: ((request: SeenRequest) => Fault | null | undefined) | null;
  reset(): void;
  close(): Promise<void>;
}

const mostPerPage = 500;

/** A Connect server that lies as real ones do (see the README beside). Listens on the loopback. */
export async function startFakeConnect(world: ConnectWorld): Promise<FakeConnect> {
  let total = 0;
  let writes = 0;
  const byGuid = new Map(world.items.map((item) => [item.guid, item]));
  const byVariant = new Map(world.items.map((item) => [String(item.variantId), item]));

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://connect');
    const path = url.pathname.replace(/^\/rsc\/__api__\//, '');
    const seen: SeenRequest = { method: request.method ?? 'GET', path, query: url.searchParams, number: ++total };
    const pattern = path.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|(?<=\/)\d+(?=\/|$)/g, '*');
    fake.counts.set(pattern, (fake.counts.get(pattern) ?? 0) + 1);
    if (seen.method !== 'GET') writes += 1;
    response.setHeader('date', new Date(Date.now() + fake.clockOffsetMs).toUTCString());
    const fault = fake.intercept?.(seen);
    if (fault)
      return response
        .writeHead(fault.status, { 'content-type': 'text/html', ...fault.headers })
        .end(fault.body ?? '<html>Proxy</html>');
    if (url.pathname === path) return html(response);
    if (!isAuthorised(request)) return json(response, 401, { code: 22, error: 'You must be logged in', payload: null });
    return answer(seen, response);
  });

  function isAuthorised({ headers }: IncomingMessage): boolean {
    const [scheme, key = ''] = (headers.authorization ?? '').split(' ');
    return scheme === 'Key' && fake.keys.has(key);
  }

  function answer({ method, path, query }: SeenRequest, response: ServerResponse): ServerResponse {
    const { generation } = fake;
    const isOld = generation === 'old';
    const parts = path.split('/');
    const users = (): ConnectWorld['users'] => world.users.filter(({ deleted }) => !deleted);
    if (path === 'v1/user') return json(response, 200, { ...userBody(world.users[0]!), user_role: fake.role });
    if (path === 'v1/users') return offset(response, users().map(userBody), query);
    if (path === 'v1/groups')
      return offset(
        response,
        world.groups.map(({ guid, name }) => ({ guid, name, owner_guid: null })),
        query,
      );
    if (parts[1] === 'groups' && parts[3] === 'members') {
      const group = world.groups.find(({ guid }) => guid === parts[2]);
      if (!group) return noItem(response);
      const members = group.members.flatMap((at) => world.users[at] ?? []).filter(({ deleted }) => !deleted);
      return offset(response, members.map(userBody), query);
    }
    if (path === 'v1/content') {
      const include = (query.get('include') ?? '').split(',');
      return json(
        response,
        200,
        present().map((item) => contentBody(world, item, generation, include)),
      );
    }
    if (path === 'v1/content/storage' && generation === 'new')
      return offset(response, present().map(storageBody), query);
    if (parts[0] === 'v1' && parts[1] === 'content' && parts[2] !== undefined) {
      const item = byGuid.get(parts[2]);
      if (!item || item.deleted) return noItem(response);
      if (parts.length === 3 && method === 'DELETE') {
        item.deleted = true;
        return response.writeHead(204).end();
      }
      if (parts.length === 3) return json(response, 200, contentBody(world, item, generation, []));
      if (parts[3] === 'bundles') return arrayPage(response, bundleBodies(world, item), query);
      if (parts[3] === 'jobs' && !isOld)
        return json(
          response,
          200,
          newestFirst(item).map((job) => jobBody(item, job, generation)),
        );
      if (parts[3] === 'packages' && !isOld) return offset(response, packageBodies(world, item), query);
    }
    if (parts[0] === 'applications' && parts[1] !== undefined) {
      const item = byGuid.get(parts[1]);
      if (!item || item.deleted) return noItem(response);
      if (parts[2] === 'jobs')
        return json(
          response,
          200,
          newestFirst(item).map((job) => legacyJobBody(item, job)),
        );
      if (parts[2] === 'variants') return json(response, 200, variantBodies(item));
    }
    if (parts[0] === 'variants' && parts[2] === 'schedules') {
      const item = byVariant.get(parts[1] ?? '');
      return item ? json(response, 200, scheduleBodies(item)) : noItem(response);
    }
    if (path === 'v1/instrumentation/content/visits')
      return keyset(response, path, world.visits, query, query.get('asc_order'), (n) =>
        visitBody(world, n, generation),
      );
    if (path === 'v1/instrumentation/shiny/usage')
      return keyset(response, path, world.sessions, query, query.get('asc_order'), (n) => sessionBody(world, n));
    if (path === 'v1/instrumentation/content/hits' && generation === 'new') return hits(response, query);
    if (path === 'v1/audit_logs') return audit(response, path, query);
    if (path === 'v1/environments')
      return json(response, 200, [{ guid: 'e1', title: 'R 4.4', name: 'registry.example.com/connect/content:r4.4.1' }]);
    if (parts[1] === 'server_settings')
      return json(response, 200, { installations: [{ version: '4.4.1', cluster_name: 'Local', image_name: 'Local' }] });
    if (path === 'server_settings')
      return json(
        response,
        200,
        generation === 'new' ? { hostname: 'connect' } : { version: '2024.08.0', hostname: 'connect' },
      );
    // The server's own way to say that it is too old.
    return response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('404 page not found\n');
  }

  function present(): ConnectItem[] {
    return world.items.filter(({ deleted }) => !deleted);
  }

  function newestFirst(item: ConnectItem): ConnectItem['jobs'] {
    return [...item.jobs].reverse();
  }

  function storageBody(item: ConnectItem) {
    const bytes = (rows: ConnectItem['bundles']): number => rows.reduce((sum, { size }) => sum + size, 0);
    const [all, active] = [bytes(item.bundles), bytes(item.bundles.filter((bundle) => bundle.active))];
    return {
      content_guid: item.guid,
      content_name: item.name,
      owner_guid: world.users[item.owner]?.guid,
      owner_username: world.users[item.owner]?.username,
      app_mode: item.appMode,
      bundles: { count: item.bundles.length, bytes_total: all, bytes_active: active, bytes_inactive: all - active },
    };
  }

  function keyset(
    response: ServerResponse,
    path: string,
    log: EventLog,
    query: URLSearchParams,
    ascending: string | null,
    body: (n: number) => unknown,
  ): ServerResponse {
    const from = query.get('from') === null ? 0 : log.lowerBound(Date.parse(query.get('from') ?? ''));
    const until = query.get('to') === null ? log.length : log.lowerBound(Date.parse(query.get('to') ?? '') + 1);
    // Two thirds of history have old data versions, and are hidden unless asked for.
    const firstShown = Number(query.get('min_data_version') ?? 3) <= 1 ? 0 : Math.floor((log.length * 2) / 3);
    return page(response, path, query, Math.max(from, firstShown), until, ascending !== 'false', body);
  }

  function audit(response: ServerResponse, path: string, query: URLSearchParams): ServerResponse {
    return page(response, path, query, 0, world.audit.length, query.get('ascOrder') === 'true', (n) => {
      const event = world.audit[n];
      const user = world.users[event?.user ?? -1];
      return {
        id: String(event?.id),
        time: rfc3339(event?.at ?? 0),
        user_id: '51',
        user_guid: user?.guid ?? null,
        user_description: user?.username ?? '',
        action: event?.action,
        event_description: `Something was done by ${user?.username ?? 'the system'}`,
      };
    });
  }

  /** Cursors are positions: a page starts behind the one it is given. */
  function page(
    response: ServerResponse,
    path: string,
    query: URLSearchParams,
    from: number,
    until: number,
    ascending: boolean,
    body: (n: number) => unknown,
  ): ServerResponse {
    const limit = Math.min(Number(query.get('limit') ?? 20), mostPerPage);
    const cursor = query.get('next');
    if (cursor !== null && !/^\d+$/.test(cursor))
      return json(response, 400, { code: 5, error: 'unknown cursor', payload: null });
    const start = cursor === null ? from : Math.max(from, Number(cursor) - 23_000_000 + 1);
    const end = Math.min(until, start + limit);
    const numbers = Array.from({ length: Math.max(0, end - start) }, (_, at) => start + at);
    const next = end < until ? String(23_000_000 + end - 1) : null;
    // Behind a proxy the server does not know its own name.
    const wrong = (name: string): string => `http://localhost:3443/__api__/${path}?${name}`;
    const paging =
      next === null
        ? fake.lastPage === 'missing'
          ? { cursors: { previous: '1' }, first: wrong('limit=1'), previous: wrong('previous=1') }
          : { cursors: { previous: '1', next: null }, first: wrong('limit=1'), next: null, last: wrong('last=true') }
        : {
            cursors: { previous: '1', next },
            first: wrong('limit=1'),
            next: wrong(`next=${next}`),
            last: wrong('last=true'),
          };
    return json(response, 200, { paging, results: (ascending ? numbers : numbers.reverse()).map(body) });
  }

  function hits(response: ServerResponse, query: URLSearchParams): ServerResponse {
    const [from, to] = [Date.parse(query.get('from') ?? ''), Date.parse(query.get('to') ?? '')];
    if (!Number.isFinite(from) || !Number.isFinite(to))
      return json(response, 400, { code: 5, error: 'from and to', payload: null });
    const [first, last] = [world.hits.lowerBound(from), world.hits.lowerBound(to + 1)];
    return json(
      response,
      200,
      Array.from({ length: Math.max(0, last - first) }, (_, at) => hitBody(world, first + at, fake.hitIds === 'text')),
    );
  }

  const fake: FakeConnect = {
    url: '',
    world,
    counts: new Map(),
    get total() {
      return total;
    },
    get writes() {
      return writes;
    },
    generation: 'new',
    lastPage: 'missing',
    hitIds: 'text',
    keys: new Set([FAKE_CONNECT_KEY]),
    role: 'administrator',
    clockOffsetMs: 0,
    intercept: null,
    reset() {
      total = 0;
      writes = 0;
      fake.counts.clear();
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.defineProperty(fake, 'url', {
    value: `http://127.0.0.1:${(server.address() as AddressInfo).port}/rsc/`,
  });
}

function json(response: ServerResponse, status: number, body: unknown): ServerResponse {
  return response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function html(response: ServerResponse): ServerResponse {
  return response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Posit Connect</html>');
}

function noItem(response: ServerResponse): ServerResponse {
  return json(response, 404, { code: 4, error: 'The requested object does not exist', payload: null });
}

function offset(response: ServerResponse, rows: readonly unknown[], query: URLSearchParams): ServerResponse {
  const size = Math.min(Number(query.get('page_size') ?? 20), mostPerPage);
  const page = Number(query.get('page_number') ?? 1);
  return json(response, 200, {
    results: rows.slice((page - 1) * size, page * size),
    current_page: page,
    total: rows.length,
  });
}

function arrayPage(response: ServerResponse, rows: readonly unknown[], query: URLSearchParams): ServerResponse {
  const size = Number(query.get('page_size') ?? 20);
  const page = Number(query.get('page_number') ?? 1);
  return json(response, 200, rows.slice((page - 1) * size, page * size));
}
