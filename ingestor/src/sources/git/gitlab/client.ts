import { Commits, ProjectMembers, Projects, Repositories, RepositoryFiles } from '@gitbeaker/rest';
import { messageOf } from '../../../errors.ts';
import { HttpClient } from '../../http-client.ts';
import { distinctById, forgeAccess, refusalOf, statusOf, unlessRefused } from '../access.ts';
import type { Forge } from '../config.ts';
import type { ForgeClient } from '../forge.ts';
import { mostLockFileBytes } from '../lockfiles/parse.ts';
import { commitOf, fileOf, languagesOf, memberOf, repositoryOf } from './decode.ts';
import { gitlabRequester } from './requester.ts';

const perPage = 100;
const mostCommitPages = 200;

/** One GitLab, through gitbeaker. Throws `INVALID_CONFIG` without a token. */
export async function openGitlab(forge: Forge, signal: AbortSignal): Promise<ForgeClient> {
  const access = await forgeAccess(forge, 'GitLab', (token) => ({ 'private-token': token }), signal);
  const base = forge.url.replace(/\/*(?:api\/v4\/*)?$/u, '');
  const options = { ...access, baseUrl: `${base}/api/v4/` };
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
    async presence(id) {
      return projects.show(id).then(() => 'visible' as const, refusalOf);
    },
    async languages(id) {
      const answer: unknown = await unlessRefused(() => projects.showLanguages(id));
      return answer === null ? null : languagesOf(answer);
    },
    async members(id) {
      const answer = await unlessRefused(() => members.all(id, { includeInherited: true, perPage }));
      return answer === null ? null : answer.flatMap((each) => memberOf(each) ?? []);
    },
    async files(id, most) {
      const maxPages = Math.ceil(most / perPage);
      const list = (paging: object): Promise<unknown[]> =>
        repositories.allRepositoryTrees(id, { recursive: true, perPage, maxPages, ...paging });
      const answer = await unlessRefused(() =>
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
        const answer: unknown = await unlessRefused(() => contents.showRaw(id, path, 'HEAD', { lfs: true }));
        return answer instanceof Uint8Array ? answer : null;
      } catch (error) {
        if (messageOf(error).includes('answered more than')) return 'too_large';
        throw error;
      }
    },
    async commits(id, since, until) {
      const answer = await unlessRefused(() =>
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
