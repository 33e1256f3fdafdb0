import { readFileSync } from 'node:fs';
import { SceError, isSceError, messageOf } from '../../errors.ts';
import { HttpClient } from '../http-client.ts';
import { readSecret } from '../secret.ts';
import type { PackageServer } from './config.ts';
import { packagesOf, repositoriesOf, sourcesOf, statusOf, versionOf } from './decode.ts';
import type { ListedPackage, PackageRepository, PackageSource, ServerStatus } from './decode.ts';

const perPage = 1000;
/** 1,000 pages are more packages than any index of one's own has: a server that ignores `_page` would never end. */
const mostPages = 1000;

/** One Package Manager. Everything throws `SOURCE_FAILED`; null: this server does not answer that. */
export interface PackageManagerClient {
  status(): Promise<ServerStatus>;
  repositories(): Promise<readonly PackageRepository[] | null>;
  sources(repository: string): Promise<readonly PackageSource[] | null>;
  packagesOfSource(source: string): Promise<readonly ListedPackage[] | null>;
  /** The index that R itself reads. */
  rIndex(repository: string): Promise<string | null>;
  /** Newest version; '' = there, but it does not say; null = not in this repository. */
  newestOf(repository: string, name: string): Promise<string | null>;
  hasDownloads(): Promise<boolean>;
  readonly requests: number;
  close(): Promise<void>;
}

/** Throws `INVALID_CONFIG` for an unreadable token or certificate. */
export async function openPackageManager(server: PackageServer, signal: AbortSignal): Promise<PackageManagerClient> {
  const name = `Package Manager ${server.name}`;
  const token = await readSecret(server.token_env, server.token_file, name);
  const http = new HttpClient({
    name,
    baseUrl: server.url.replace(/\/*(?:__api__\/*)?$/u, '/'),
    ...(token === '' ? {} : { headers: { authorization: `Bearer ${token}` } }),
    ...(server.ca_file === '' ? {} : { ca: readCa(server, name) }),
    timeoutMs: 60_000,
    signal,
  });
  const ask = async (path: string, query = {}): Promise<unknown> =>
    (await http.getJson(`__api__/${path}`, { query })).json;

  return {
    async status() {
      return statusOf(await ask('status'));
    },
    async repositories() {
      const answer = await unlessLacking(() => ask('repos'));
      return answer === null ? null : repositoriesOf(answer);
    },
    async sources(repository) {
      const answer = await unlessLacking(() => ask(`repos/${encodeURIComponent(repository)}/sources`));
      return answer === null ? null : sourcesOf(answer);
    },
    async packagesOfSource(source) {
      const all = new Map<string, ListedPackage>();
      for (let page = 1; page <= mostPages; page++) {
        const answer = await unlessLacking(() =>
          ask(`sources/${encodeURIComponent(source)}/packages`, { _limit: perPage, _page: page }),
        );
        if (answer === null) return page === 1 ? null : [...all.values()];
        const before = all.size;
        for (const each of packagesOf(answer)) all.set(each.name, each);
        // Old servers ignore paging and send everything at once, again and again.
        if (all.size - before < perPage) break;
      }
      return [...all.values()];
    },
    async rIndex(repository) {
      const path = `${encodeURIComponent(repository)}/latest/src/contrib/PACKAGES`;
      const answer = await unlessLacking(() => http.request(path));
      return answer === null ? null : answer.body.toString('utf8');
    },
    async newestOf(repository, packageName) {
      const path = `repos/${encodeURIComponent(repository)}/packages/${encodeURIComponent(packageName)}`;
      const answer = await unlessLacking(() => ask(path));
      return answer === null ? null : versionOf(answer);
    },
    async hasDownloads() {
      return (await unlessLacking(() => ask('metrics/packages', { _sourceType: 'r', _days: 7 }))) !== null;
    },
    get requests() {
      return http.requests;
    },
    close: () => http.close(),
  };
}

/** What a server is too old for, or keeps to itself: 403 and 404. A wrong token (401) and failures are thrown. */
async function unlessLacking<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    const isLimit = isSceError(error) && error.retryAfterSeconds !== undefined;
    if (isSceError(error) && !isLimit && [403, 404].includes(Number(error.details['status']))) return null;
    throw error;
  }
}

function readCa({ ca_file: file }: PackageServer, name: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new SceError('INVALID_CONFIG', `${name}: cannot read ca_file: ${messageOf(error)}`, { cause: error });
  }
}
