import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const FAKE_GITLAB_TOKEN = 'fake-gitlab-token-0123456789';

export interface FakeCommit {
  readonly name: string;
  readonly email: string;
  readonly at: string;
}

export interface FakeProject {
  readonly id: number;
  path: string;
  kind?: 'group' | 'user';
  archived?: boolean;
  /** Without a branch: GitLab answers 404 for its files. */
  empty?: boolean;
  activity: string;
  languages: Readonly<Record<string, number>>;
  members: readonly { readonly username: string; readonly access_level: number }[];
  files: Record<string, string>;
  commits: readonly FakeCommit[];
  /** Files whose content is in Git LFS. */
  lfs?: readonly string[];
  /** Repository switched off, or not for this token. */
  hidden?: boolean;
  /** Its path now; it is listed under the old one and answers there, or under its id, with a redirect. */
  movedTo?: string;
  /** GitHub: sizes that are told of files, where they are not true. */
  sizes?: Readonly<Record<string, number>>;
}

interface Fault {
  readonly status: number;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface FakeGitlab {
  readonly url: string;
  projects: FakeProject[];
  /** Before 17.1: 405 for keyset paging of trees. */
  isOld: boolean;
  /** Most projects of a page, whatever is asked for: a few repositories are several pages. */
  pageSize: number;
  readonly requests: string[];
  /** Requests that change something. */
  writes: number;
  intercept: ((path: string, number: number) => Fault | undefined) | null;
  close(): Promise<void>;
}

/** A GitLab below `/gitlab/` that pages, refuses and lies as the real one does. */
export async function startFakeGitlab(projects: FakeProject[]): Promise<FakeGitlab> {
  const server = createServer((request, response) => answer(fake, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const fake: FakeGitlab = {
    url: `http://127.0.0.1:${port}/gitlab/`,
    projects,
    isOld: false,
    pageSize: 100,
    requests: [],
    writes: 0,
    intercept: null,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return fake;
}

export function blobId(content: string): string {
  return createHash('sha1')
    .update(`blob ${Buffer.byteLength(content)}\0${content}`)
    .digest('hex');
}

function answer(fake: FakeGitlab, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://fake');
  const path = url.pathname.replace(/^\/gitlab\/api\/v4\//u, '');
  fake.requests.push(path);
  const json = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
  if (request.method !== 'GET') fake.writes += 1;
  const fault = fake.intercept?.(path, fake.requests.length);
  if (fault) {
    json(fault.status, { message: fault.message ?? 'fault' }, fault.headers);
    return;
  }
  if (request.headers['private-token'] !== FAKE_GITLAB_TOKEN) {
    json(401, { message: '401 Unauthorized' });
    return;
  }
  if (path === 'projects') {
    projectPage(fake, url, json);
    return;
  }

  const [, rawId = '', rest = ''] = /^projects\/([^/]+)(?:\/(.*))?$/u.exec(path) ?? [];
  const id = decodeURIComponent(rawId);
  const project = fake.projects.find((each) => String(each.id) === id || each.movedTo === id);
  if (!project) {
    json(404, { message: '404 Project Not Found' });
    return;
  }
  if (project.movedTo !== undefined && id !== project.movedTo) {
    const target = `/gitlab/api/v4/projects/${encodeURIComponent(project.movedTo)}/${rest}${url.search}`;
    json(301, { message: 'Moved Permanently' }, { location: target.replace(/\/$/u, '') });
    return;
  }
  const paged = (items: readonly unknown[]): void => numberedPage(items, url, json);
  if (rest === '') {
    json(200, projectBody(project));
    return;
  }
  if (rest === 'languages') {
    json(200, project.languages);
    return;
  }
  if (rest === 'members/all') {
    paged(project.members.map((member, index) => ({ id: index, state: 'active', name: 'Some Name', ...member })));
    return;
  }
  if (project.hidden || project.empty) {
    json(project.hidden ? 403 : 404, { message: '404 Tree Not Found' });
    return;
  }
  if (rest === 'repository/commits') {
    paged(commitsOf(project, url));
    return;
  }
  if (rest === 'repository/tree') {
    if (fake.isOld && url.searchParams.get('pagination') === 'keyset') {
      json(405, { error: 'not supported' });
      return;
    }
    paged(
      Object.entries(project.files).map(([file, content]) => ({
        id: blobId(content),
        name: file,
        type: 'blob',
        path: file,
      })),
    );
    return;
  }
  const file = /^repository\/files\/([^/]+)\/raw$/u.exec(rest)?.[1];
  const content = file === undefined ? undefined : project.files[decodeURIComponent(file)];
  if (file === undefined || content === undefined) {
    json(404, { message: '404 File Not Found' });
    return;
  }
  const isPointer = project.lfs?.includes(decodeURIComponent(file)) && url.searchParams.get('lfs') !== 'true';
  response
    .writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'x-gitlab-blob-id': blobId(content) })
    .end(isPointer ? 'version https://git-lfs.github.com/spec/v1\n' : content);
}

type Send = (status: number, body: unknown, headers?: Readonly<Record<string, string>>) => void;

/** Keyset: by id only; the next page is in `Link` alone, as a cursor, with the address the server believes it has. */
function projectPage(fake: FakeGitlab, { searchParams }: URL, json: Send): void {
  if (searchParams.get('pagination') !== 'keyset' || searchParams.get('order_by') !== 'id') {
    json(405, { error: 'Keyset pagination is not yet available for this type of request' });
    return;
  }
  const size = Math.min(fake.pageSize, Number(searchParams.get('per_page') ?? 20));
  const after = Number(searchParams.get('cursor') ?? 0);
  const all = fake.projects.filter(({ id }) => id > after).sort((a, b) => a.id - b.id);
  const page = all.slice(0, size);
  const next = new URLSearchParams(searchParams);
  next.set('cursor', String(page.at(-1)?.id));
  json(
    200,
    page.map(projectBody),
    all.length > size ? { link: `<http://internal:8080/api/v4/projects?${next.toString()}>; rel="next"` } : {},
  );
}

/** Numbered pages without totals, as above 10,000 records. */
function numberedPage(items: readonly unknown[], { searchParams }: URL, json: Send): void {
  const size = Math.min(100, Number(searchParams.get('per_page') ?? 20));
  const page = Number(searchParams.get('page') ?? 1);
  const next = new URLSearchParams(searchParams);
  next.set('page', String(page + 1));
  const hasNext = items.length > page * size;
  json(200, items.slice((page - 1) * size, page * size), {
    'x-page': String(page),
    'x-next-page': hasNext ? String(page + 1) : '',
    ...(hasNext ? { link: `<http://internal:8080/api/v4/x?${next.toString()}>; rel="next"` } : {}),
  });
}

function commitsOf(project: FakeProject, { searchParams }: URL): unknown[] {
  const since = Date.parse(searchParams.get('since') ?? '1970-01-01');
  return project.commits
    .filter(({ at }) => Date.parse(at) >= since)
    .map(({ name, email, at }) => ({
      id: blobId(at),
      title: 'secret title',
      author_name: name,
      author_email: email,
      committed_date: at,
    }));
}

function projectBody(project: FakeProject): object {
  const { id, path, kind = 'group', archived = false, empty = false, activity } = project;
  return {
    id,
    description: 'by Kim Meier',
    path_with_namespace: path,
    default_branch: empty ? null : 'main',
    visibility: 'internal',
    topics: ['gxp'],
    created_at: '2023-02-01T08:00:00.000Z',
    last_activity_at: activity,
    namespace: { id: 1, kind, full_path: path.split('/').slice(0, -1).join('/') },
    archived,
    empty_repo: empty,
    statistics: { commit_count: project.commits.length, repository_size: 52_428_800 },
  };
}
