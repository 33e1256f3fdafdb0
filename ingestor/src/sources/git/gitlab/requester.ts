import type { HttpClient, HttpRequest } from '../../http-client.ts';
import { SceError } from '../../../errors.ts';

type Query = NonNullable<HttpRequest['query']>;

interface Options {
  readonly searchParams?: Readonly<Record<string, unknown>>;
}
interface Answer {
  body: never;
  headers: Record<string, string>;
  status: number;
}

/**
 * What gitbeaker sends its requests with: the polite client of all pollers (its own neither waits as long as `Retry-After`
 * says nor can be stopped), and GET alone. Raw files come as bytes.
 */
export function gitlabRequester(http: HttpClient, files: HttpClient) {
  const ask = async (endpoint: string, options: Options): Promise<Answer> => {
    const query = queryOf(options.searchParams ?? {});
    if (endpoint.endsWith('/raw')) {
      const { status, headers, body } = await files.request(endpoint, { query });
      return { body: body as never, headers: { ...headers }, status };
    }
    const { status, headers, json } = await http.getJson(endpoint, { query });
    return { body: json as never, headers: { ...headers }, status };
  };
  const refuse = (endpoint: string): Promise<never> =>
    Promise.reject(new SceError('INTERNAL', `GitLab is only read; ${endpoint} would change it`));
  // Some resources (members) have a part of the path in their own address.
  return ({ url }: { readonly url: string }) => ({
    get: (endpoint: string, options: Options = {}) => ask(`${url.replace(/\/+$/u, '')}/${endpoint}`, options),
    post: refuse,
    put: refuse,
    patch: refuse,
    delete: refuse,
  });
}

/** gitbeaker writes `orderBy`, GitLab `order_by`. */
function queryOf(parameters: Readonly<Record<string, unknown>>): Query {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? [[name.replaceAll(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`), value]]
        : [],
    ),
  );
}
