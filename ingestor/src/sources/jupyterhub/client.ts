import type { HttpClient } from '../http-client.ts';
import { SceError } from '../../errors.ts';
import { decodeUsersPage, type UsersPage } from './decode.ts';

const PAGINATION = 'application/jupyterhub-pagination+json';
const MOST_PAGES = 100_000;

/**
 * All pages of users with a running server. Three generations of hubs: pages that name the next offset, bare arrays
 * with offset and limit, and bare arrays that ignore both (all users at once, every time).
 */
export async function* activeUsers(http: HttpClient, hub: string, pageSize: number): AsyncGenerator<UsersPage> {
  const seen = new Set<string>();
  let offset = 0;
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const { json } = await http.getJson('hub/api/users', {
      query: { state: 'active', offset, limit: pageSize },
      headers: { accept: PAGINATION },
    });
    const page = decodeUsersPage(json, hub);
    const fresh = page.userNames.filter((name) => !seen.has(name));
    for (const name of fresh) seen.add(name);
    yield page;
    if (page.next === null) return;
    // A page without anybody new is the same list again, or the end.
    if (page.next === undefined && (page.userNames.length !== pageSize || fresh.length === 0)) return;
    if (page.next !== undefined && page.next <= offset)
      throw new SceError('SOURCE_FAILED', `hub ${hub}: the page after offset ${offset} is said to be ${page.next}`);
    offset = page.next ?? offset + page.userNames.length;
  }
  throw new SceError('SOURCE_FAILED', `hub ${hub}: more than ${MOST_PAGES} pages of users`);
}
