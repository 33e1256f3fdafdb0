import { SceError } from '../../../errors.ts';
import { HttpClient } from '../../http-client.ts';
import { distinctById, forgeAccess, refusalOf, unlessRefused } from '../access.ts';
import type { Forge } from '../config.ts';
import type { Etags, ForgeClient, ForgeFile } from '../forge.ts';
import { list, record } from '../json.ts';
import { mostLockFileBytes } from '../lockfiles/parse.ts';
import { commitOf, fileOf, languagesOf, memberOf, repositoryOf } from './decode.ts';
import { expectedStatus, octokitThrough, unwrapped } from './octokit.ts';

const perPage = 100;
const mostCommitPages = 200;

interface Answer {
  readonly data: unknown;
  readonly headers: { readonly etag?: string; readonly link?: string };
}

/** One GitHub, or an Enterprise Server. Throws `INVALID_CONFIG` without a token. */
export async function openGithub(forge: Forge, signal: AbortSignal, etags: Etags): Promise<ForgeClient> {
  const access = await forgeAccess(
    forge,
    'GitHub',
    (token) => ({ authorization: `Bearer ${token}`, 'x-github-api-version': '2022-11-28' }),
    signal,
  );
  const baseUrl = apiOf(forge.url);
  const http = new HttpClient({ ...access, baseUrl });
  const octokit = octokitThrough(http, baseUrl);
  const listedAs = new Map<string, { readonly path: string; readonly branch: string }>();

  /** Repositories that were renamed since they were listed are found by a redirect. */
  const listed = (id: string): { readonly path: string; readonly branch: string } => {
    const found = listedAs.get(id);
    if (found === undefined) throw new SceError('INTERNAL', `repository ${id} was not listed`);
    return found;
  };
  const repository = (id: string): string => `/repos/${listed(id).path}`;
  const pages = async (route: string, parameters: object, most = Infinity): Promise<unknown[]> => {
    const items: unknown[] = [];
    let page = 0;
    for await (const { data } of octokit.paginate.iterator(`GET ${route}`, { ...parameters, per_page: perPage })) {
      items.push(...list(data));
      if (++page >= most) break;
    }
    return items;
  };
  /** Null: unchanged since the mark. `remember` says whether the answer is all there is. */
  const changed = async (id: string, what: string, route: string, parameters: object): Promise<Answer | null> => {
    const mark = etags.get(id, what);
    try {
      const answer: Answer = await octokit.request(`GET ${route}`, {
        ...parameters,
        headers: mark === undefined ? {} : { 'if-none-match': mark },
      });
      const isWhole = !(answer.headers.link ?? '').includes('rel="next"');
      if (isWhole && answer.headers.etag) etags.set(id, what, answer.headers.etag);
      return answer;
    } catch (error) {
      if (expectedStatus(error) === 304) return null;
      throw error;
    }
  };
  const ask = <T>(work: () => Promise<T>): Promise<T | null> => unlessRefused(() => unwrapped(work));

  return {
    async repositories() {
      const routes =
        forge.organisations.length === 0
          ? ['/user/repos']
          : forge.organisations.map((name) => `/orgs/${encodeURIComponent(name)}/repos`);
      const answers: unknown[] = [];
      for (const route of routes)
        answers.push(
          ...(await unwrapped(() =>
            pages(route, { sort: 'full_name', ...(route.startsWith('/orgs/') ? { type: 'all' } : {}) }),
          )),
        );
      const found = distinctById(answers.flatMap((each) => repositoryOf(each) ?? []));
      for (const { id, path, defaultBranch } of found)
        listedAs.set(id, {
          path: path.split('/').map(encodeURIComponent).join('/'),
          branch: encodeURIComponent(defaultBranch ?? 'HEAD'),
        });
      return found;
    },
    async presence(id) {
      return unwrapped(() => octokit.request(`GET /repositories/${encodeURIComponent(id)}`)).then(
        () => 'visible' as const,
        refusalOf,
      );
    },
    async languages(id) {
      const answer = await ask(() => changed(id, 'languages', `${repository(id)}/languages`, {}));
      return answer === null ? null : languagesOf(answer.data);
    },
    async members(id) {
      const route = `${repository(id)}/collaborators`;
      // Who may push: without that right GitHub says 403, and what is stored stays.
      const members = await ask(async () => {
        const first = await changed(id, 'members', route, { per_page: perPage });
        if (first === null) return null;
        return (first.headers.link ?? '').includes('rel="next"') ? pages(route, {}) : list(first.data);
      });
      return members === null ? null : members.flatMap((each) => memberOf(each) ?? []);
    },
    async files(id, most) {
      const trees = `${repository(id)}/git/trees/${listed(id).branch}`;
      const found = await ask(async () => {
        try {
          const answer = await changed(id, 'files', trees, { recursive: 1 });
          if (answer === null) return 'unchanged' as const;
          const files = filesOf(answer);
          if (record(answer.data)?.['truncated'] !== true) return { items: files, isWhole: files.length <= most };
          // What was cut off may be at the root, where most lock files are.
          const root = filesOf(await octokit.request(`GET ${trees}`));
          return { items: distinctByPath([...root, ...files]).slice(0, most), isWhole: false };
        } catch (error) {
          if (expectedStatus(error) === 409) return 'empty' as const;
          throw error;
        }
      });
      return found;
    },
    async content(id, { blobId, bytes }) {
      if (bytes !== null && bytes > mostLockFileBytes) return 'too_large';
      // Bytes, not text: lock files may be UTF-16.
      const answer = await unlessRefused(() =>
        http.request(`${repository(id).slice(1)}/git/blobs/${encodeURIComponent(blobId)}`, {
          headers: { accept: 'application/vnd.github.raw+json' },
        }),
      );
      return answer === null ? null : new Uint8Array(answer.body);
    },
    async commits(id, since, until) {
      const range = { since: since.toISOString(), until: until.toISOString() };
      // Of an empty repository (409) the pages are empty.
      const answer = await ask(() => pages(`${repository(id)}/commits`, range, mostCommitPages));
      if (answer === null) return null;
      return {
        items: answer.flatMap((each) => commitOf(each) ?? []),
        isWhole: answer.length < mostCommitPages * perPage,
      };
    },
    get requests() {
      return http.requests;
    },
    close: () => http.close(),
  };
}

/** github.com has its interface on a host of its own, an Enterprise Server below `/api/v3/`. */
function apiOf(address: string): string {
  const url = new URL(address);
  if (/^(?:api\.|www\.)?github\.com$/u.test(url.hostname)) return 'https://api.github.com/';
  return `${address.replace(/\/*(?:api\/v3\/*)?$/u, '')}/api/v3/`;
}

function filesOf({ data }: { readonly data: unknown }): ForgeFile[] {
  return list(record(data)?.['tree']).flatMap((each) => fileOf(each) ?? []);
}

function distinctByPath(files: readonly ForgeFile[]): ForgeFile[] {
  return [...new Map(files.map((file) => [file.path, file])).values()];
}
