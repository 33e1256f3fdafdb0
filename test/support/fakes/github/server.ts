import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { blobId, type FakeCommit, type FakeProject } from '../gitlab/server.ts';

export const FAKE_GITHUB_TOKEN = 'fake-github-token-0123456789';

interface Fault {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly message?: string;
}

export interface FakeGithub {
  /** Of an Enterprise Server below a path. */
  readonly url: string;
  projects: FakeProject[];
  /** Most entries of a page, whatever is asked for: a few repositories are several pages. */
  pageSize: number;
  /** Most entries of a tree before it is cut off. */
  treeLimit: number;
  /** Requests until the primary limit refuses; null: none, as on an Enterprise Server. 304 costs nothing. */
  remaining: number | null;
  /** Epoch seconds at which the limit is over. */
  reset: number;
  readonly requests: string[];
  /** Statuses of the answers, beside `requests`. */
  readonly statuses: number[];
  writes: number;
  /** Whether members may be asked for. */
  mayPush: boolean;
  intercept: ((path: string, number: number) => Fault | undefined) | null;
  close(): Promise<void>;
}

/** A GitHub Enterprise Server at `/ghe/api/v3/` that pages, limits, refuses and moves as the real one does. */
export async function startFakeGithub(projects: FakeProject[]): Promise<FakeGithub> {
  const server = createServer((request, response) => answer(fake, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const fake: FakeGithub = {
    url: `http://127.0.0.1:${port}/ghe/`,
    projects,
    pageSize: 100,
    treeLimit: 100_000,
    remaining: null,
    reset: 0,
    requests: [],
    statuses: [],
    writes: 0,
    mayPush: true,
    intercept: null,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return fake;
}

const base = '/ghe/api/v3';

function answer(fake: FakeGithub, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://fake');
  const path = url.pathname.replace(base, '').replace(/^\//u, '');
  fake.requests.push(path);
  const send = (status: number, body: string | Buffer, headers: Readonly<Record<string, string>> = {}): void => {
    fake.statuses.push(status);
    response.writeHead(status, { ...limits(fake), ...headers }).end(body);
  };
  const json = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void =>
    send(status, JSON.stringify(body), { 'content-type': 'application/json; charset=utf-8', ...headers });
  if (request.method !== 'GET') fake.writes += 1;
  if (!url.pathname.startsWith(base)) {
    send(404, 'not GitHub', { 'content-type': 'text/html' });
    return;
  }
  if (!request.headers['user-agent']) {
    json(403, { message: 'Request forbidden by administrative rules.' });
    return;
  }
  if (request.headers.authorization !== `Bearer ${FAKE_GITHUB_TOKEN}`) {
    json(401, { message: 'Bad credentials' });
    return;
  }
  const fault = fake.intercept?.(path, fake.requests.length);
  if (fault) {
    json(fault.status, { message: fault.message ?? 'fault' }, fault.headers);
    return;
  }
  if (fake.remaining === 0) {
    json(403, { message: 'API rate limit exceeded for user ID 1.' });
    return;
  }

  /** Answers with a mark, or 304. */
  const marked = (body: unknown, headers: Readonly<Record<string, string>> = {}): void => {
    const etag = `W/"${createHash('sha1').update(JSON.stringify(body)).digest('hex')}"`;
    if (request.headers['if-none-match'] === etag) {
      send(304, '', { etag });
      return;
    }
    if (fake.remaining !== null) fake.remaining -= 1;
    json(200, body, { etag, ...headers });
  };
  const paged = (items: readonly unknown[]): void => {
    const size = Math.min(fake.pageSize, Number(url.searchParams.get('per_page') ?? 30));
    const page = Number(url.searchParams.get('page') ?? 1);
    const next = new URLSearchParams(url.searchParams);
    next.set('page', String(page + 1));
    // The address that the server believes it has.
    const link = `<https://internal.example.com/api/v3/${path}?${next.toString()}>; rel="next"`;
    marked(items.slice((page - 1) * size, page * size), items.length > page * size ? { link } : {});
  };

  const ofOrganisation = /^orgs\/([^/]+)\/repos$/u.exec(path)?.[1];
  if (path === 'user/repos') {
    paged(fake.projects.map(repositoryBody));
    return;
  }
  if (ofOrganisation !== undefined) {
    paged(fake.projects.filter((each) => each.path.startsWith(`${ofOrganisation}/`)).map(repositoryBody));
    return;
  }

  const [, id, restById] = /^repositories\/(\d+)(?:\/(.*))?$/u.exec(path) ?? [];
  const [, name, restByName] = /^repos\/([^/]+\/[^/]+)(?:\/(.*))?$/u.exec(path) ?? [];
  const moved = fake.projects.find((each) => each.movedTo !== undefined && each.path === name);
  if (moved) {
    json(
      301,
      { message: 'Moved Permanently' },
      { location: `${base}/repositories/${moved.id}/${restByName ?? ''}${url.search}` },
    );
    return;
  }
  const project = fake.projects.find((each) => String(each.id) === id || each.path === name);
  if (!project) {
    json(404, { message: 'Not Found' });
    return;
  }
  repositoryPart(fake, project, restById ?? restByName ?? '', url, { json, marked, paged, send });
}

interface Answers {
  readonly json: (status: number, body: unknown) => void;
  readonly marked: (body: unknown) => void;
  readonly paged: (items: readonly unknown[]) => void;
  readonly send: (status: number, body: string | Buffer, headers?: Readonly<Record<string, string>>) => void;
}

function repositoryPart(
  fake: FakeGithub,
  project: FakeProject,
  rest: string,
  url: URL,
  { json, marked, paged, send }: Answers,
): void {
  if (rest === '') {
    marked(repositoryBody(project));
    return;
  }
  if (rest === 'languages') {
    marked(
      Object.fromEntries(
        (project.empty === true ? [] : Object.entries(project.languages)).map(([name, share]) => [
          name,
          Math.round(share * 1000),
        ]),
      ),
    );
    return;
  }
  if (rest === 'collaborators') {
    if (!fake.mayPush) {
      json(403, { message: 'Must have push access to view repository collaborators.' });
      return;
    }
    paged(project.members.map(({ username, access_level: level }) => memberBody(username, level)));
    return;
  }
  if (project.hidden) {
    json(403, { message: 'Resource not accessible by personal access token' });
    return;
  }
  if (project.empty) {
    json(409, { message: 'Git Repository is empty.' });
    return;
  }
  if (rest === 'commits') {
    const since = Date.parse(url.searchParams.get('since') ?? '1970-01-01');
    paged(project.commits.filter(({ at }) => Date.parse(at) >= since).map(commitBody));
    return;
  }
  if (rest === 'git/trees/main') {
    marked(treeBody(fake, project, url.searchParams.has('recursive')));
    return;
  }
  const blob = /^git\/blobs\/([0-9a-f]{40})$/u.exec(rest)?.[1];
  const content = Object.values(project.files).find((each) => blobId(each) === blob);
  if (content === undefined) {
    json(404, { message: 'Not Found' });
    return;
  }
  send(200, content, { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' });
}

function treeBody(fake: FakeGithub, project: FakeProject, isRecursive: boolean): object {
  const entries = Object.entries(project.files)
    .filter(([path]) => isRecursive || !path.includes('/'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, content]) => ({
      path,
      type: 'blob',
      mode: '100644',
      sha: blobId(content),
      size: project.sizes?.[path] ?? Buffer.byteLength(content),
    }));
  const most = isRecursive ? fake.treeLimit : entries.length;
  return { sha: 'f'.repeat(40), tree: entries.slice(0, most), truncated: entries.length > most };
}

function memberBody(login: string, level: number): object {
  const order = ['pull', 'triage', 'push', 'maintain', 'admin'];
  return {
    login,
    id: 1,
    type: 'User',
    role_name: 'custom',
    permissions: Object.fromEntries(order.map((name, index) => [name, level >= (index + 1) * 10])),
  };
}

function commitBody({ name, email, at }: FakeCommit): object {
  const isApp = name.endsWith('[bot]');
  const person = { name: isApp ? name.slice(0, -5) : name, email, date: at };
  return {
    sha: blobId(at),
    commit: { author: person, committer: person, message: 'secret title' },
    author: isApp ? { login: name, type: 'Bot' } : null,
  };
}

function repositoryBody(project: FakeProject): object {
  const { id, path, kind = 'group', archived = false, activity } = project;
  const [login = '', name = ''] = path.split('/');
  return {
    id,
    node_id: `R_${id}`,
    name,
    full_name: path,
    private: true,
    visibility: 'internal',
    description: 'by Kim Meier',
    owner: { login, id: 1, type: kind === 'user' ? 'User' : 'Organization' },
    default_branch: 'main',
    fork: false,
    size: 51_200,
    created_at: '2023-02-01T08:00:00Z',
    updated_at: activity,
    pushed_at: activity,
    archived,
    topics: ['gxp'],
  };
}

function limits({ remaining, reset }: FakeGithub): Record<string, string> {
  if (remaining === null) return {};
  return {
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': String(Math.max(0, remaining)),
    'x-ratelimit-reset': String(reset),
  };
}
