import { Octokit } from '@octokit/core';
import { paginateRest } from '@octokit/plugin-paginate-rest';
import { SceError } from '../../../errors.ts';
import type { HttpClient } from '../../http-client.ts';

/** Answers that are no failures: unchanged, and a repository without a commit. */
const expected = [304, 409];
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Octokit, which knows GitHub's addresses and pages, over the polite client of all pollers, which waits as long as limits say, can be
 * stopped and counts: its plugins for that would wait inside the poll for up to an hour, and be a second hand at the same wheel.
 */
export function octokitThrough(http: HttpClient, baseUrl: string) {
  return new (Octokit.plugin(paginateRest))({
    baseUrl: baseUrl.replace(/\/$/u, ''),
    log: quiet,
    request: { fetch: fetchThrough(http, new URL(baseUrl)) },
  });
}

function fetchThrough(http: HttpClient, base: URL) {
  return async (
    address: string,
    { method, headers }: { readonly method?: string; readonly headers?: Readonly<Record<string, string>> },
  ): Promise<Response> => {
    if (method !== undefined && method !== 'GET')
      throw new SceError('INTERNAL', `GitHub is only read; ${method} would change it`);
    const answer = await http.request(ownAddress(address, base), { headers: headers ?? {}, expect: expected });
    const body = answer.status === 304 || answer.body.length === 0 ? null : new Uint8Array(answer.body);
    return new Response(body, { status: answer.status, headers: answer.headers });
  };
}

/** Pages carry the address an Enterprise Server believes it has: behind a proxy it is another one. */
function ownAddress(address: string, base: URL): string {
  const url = new URL(address);
  if (url.origin === base.origin) return address;
  return `${base.href}${url.pathname.replace(/^\/(?:.*\/)?api\/v3\//u, '').replace(/^\//u, '')}${url.search}`;
}

/** What was really thrown: Octokit wraps it. */
export async function unwrapped<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && error.name === 'HttpError' && error.cause instanceof Error) throw error.cause;
    throw error;
  }
}

/** Status of an expected answer that Octokit throws; NaN for anything else. */
export function expectedStatus(error: unknown): number {
  const status = error instanceof Error && error.name === 'HttpError' ? (error as { status?: unknown }).status : null;
  return typeof status === 'number' && error instanceof Error && error.cause === undefined ? status : Number.NaN;
}
