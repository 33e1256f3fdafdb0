import { readFileSync } from 'node:fs';
import { Commits, ProjectMembers, Projects, Repositories, RepositoryFiles } from '@gitbeaker/rest';
import { SceError, isSceError, messageOf } from '../../../errors.ts';
import { HttpClient } from '../../http-client.ts';
import { readSecret } from '../../secret.ts';
import type { Forge } from '../config.ts';
import type { ForgeClient } from '../forge.ts';
import { mostLockFileBytes } from '../lockfiles/parse.ts';
import { commitOf, fileOf, languagesOf, memberOf, repositoryOf } from './decode.ts';
import { gitlabRequester } from './requester.ts';

const perPage = 100;
const mostCommitPages = 200;

/** One GitLab, through gitbeaker. Throws `INVALID_CONFIG` without a token. */
export async function openGitlab(forge: Forge, signal: AbortSignal): Promise<ForgeClient> {
  const token = await readSecret(forge.token_env, forge.token_file, `GitLab ${forge.name}`);
  if (token === '')
    throw new SceError('INVALID_CONFIG', `GitLab ${forge.name}: there is no token; name it in token_env or token_file`);
  const base = forge.url.replace(/\/*(?:api\/v4\/*)?$/u, '');
  const options = {
    name: `GitLab ${forge.name}`,
    baseUrl: `${base}/api/v4/`,
    headers: { 'private-token': token },
    timeoutMs: forge.timeout_seconds * 1000,
    parallel: forge.parallel,
    ...(forge.ca_file === '' ? {} : { ca: readCa(forge) }),
    signal,
  };
  const http = new HttpClient(options);
  const files = new HttpClient({ ...options, maxBytes: mostLockFileBytes });
  const resource = { host: base, queryTimeout: null, requesterFn: gitlabRequester(http, files) };
  const [projects, repositories, contents] = [
    new Projects(resource),
    new Repositories(resource),
    new RepositoryFiles(resource),
  ];
  const [commits, members] = [new Commits(resource), new ProjectMembers(resource)];

  return {
    async repositories() {
      const listed: unknown[] = await projects.all({
        pagination: 'keyset',
        orderBy: 'id',
        sort: 'asc',
        perPage,
        statistics: true,
        ...(forge.membership_only ? { membership: true } : {}),
      });
      return distinctById(listed.flatMap((each) => repositoryOf(each) ?? []));
    },
    async isVisible(id) {
      return (await unlessHidden(() => projects.show(id))) !== null;
    },
    async languages(id) {
      const answer: unknown = await unlessHidden(() => projects.showLanguages(id));
      return answer === null ? null : languagesOf(answer);
    },
    async members(id) {
      const answer = await unlessHidden(() => members.all(id, { includeInherited: true, perPage }));
      return answer === null ? null : answer.flatMap((each) => memberOf(each) ?? []);
    },
    async files(id, most) {
      const maxPages = Math.ceil(most / perPage);
      const list = (paging: object): Promise<unknown[]> =>
        repositories.allRepositoryTrees(id, { recursive: true, perPage, maxPages, ...paging });
      const answer = await unlessHidden(() =>
        list({ pagination: 'keyset' }).catch((error: unknown) => {
          // Before GitLab 17.1 trees had numbered pages only.
          if (statusOf(error) !== 405) throw error;
          return list({});
        }),
      );
      if (answer === null) return null;
      return { items: answer.flatMap((each) => fileOf(each) ?? []), isWhole: answer.length < maxPages * perPage };
    },
    async content(id, { path }) {
      try {
        const answer: unknown = await unlessHidden(() => contents.showRaw(id, path, 'HEAD', { lfs: true } as object));
        return answer instanceof Uint8Array ? answer : null;
      } catch (error) {
        if (/answered more than/u.test(messageOf(error))) return 'too_large';
        throw error;
      }
    },
    async commits(id, since, until) {
      const answer = await unlessHidden(() =>
        commits.all(id, {
          all: true,
          since: since.toISOString(),
          until: until.toISOString(),
          perPage,
          maxPages: mostCommitPages,
        }),
      );
      if (answer === null) return null;
      return {
        items: answer.flatMap((each) => commitOf(each) ?? []),
        isWhole: answer.length < mostCommitPages * perPage,
      };
    },
    get requests() {
      return http.requests + files.requests;
    },
    async close() {
      await Promise.all([http.close(), files.close()]);
    },
  };
}

/** 403 and 404: not there, switched off, or not for this token. A 403 that is a limit of requests carries when to come back. */
async function unlessHidden<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    const isLimit = isSceError(error) && error.retryAfterSeconds !== undefined;
    if (!isLimit && [403, 404].includes(statusOf(error))) return null;
    throw error;
  }
}

function statusOf(error: unknown): number {
  return isSceError(error) ? Number(error.details['status']) : Number.NaN;
}

/** What changes while it is listed may come twice. */
function distinctById<T extends { readonly id: string }>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [item.id, item])).values()];
}

function readCa(forge: Forge): string {
  try {
    return readFileSync(forge.ca_file, 'utf8');
  } catch (error) {
    throw new SceError('INVALID_CONFIG', `GitLab ${forge.name}: cannot read ca_file: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
