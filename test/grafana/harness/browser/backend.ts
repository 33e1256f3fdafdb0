import type { BackendSrv, BackendSrvRequest, FetchResponse } from '@grafana/runtime';
import { from, lastValueFrom, type Observable } from 'rxjs';

export const requests: string[] = [];

async function send<T>(request: BackendSrvRequest): Promise<FetchResponse<T>> {
  const url = new URL(request.url.startsWith('/') ? request.url : `/${request.url}`, location.origin);
  for (const [name, value] of Object.entries(request.params ?? {}))
    if (value !== undefined) url.searchParams.set(name, String(value));
  const method = request.method ?? 'GET';
  requests.push(`${method} ${url.pathname}${url.search}`);
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...request.headers },
    ...(request.data === undefined ? {} : { body: JSON.stringify(request.data) }),
    ...(request.abortSignal ? { signal: request.abortSignal } : {}),
  });
  const text = await response.text();
  const data = parse(text) as T;
  if (!response.ok) {
    // As Grafana's own: what is thrown is no Error, but an object with these fields.
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    throw { status: response.status, statusText: response.statusText, data, config: request };
  }
  return {
    data,
    status: response.status,
    statusText: response.statusText,
    ok: response.ok,
    headers: response.headers,
    redirected: response.redirected,
    type: response.type,
    url: response.url,
    config: request,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Grafana's door to its server; here the page server, which passes on what belongs to the data source. */
export const backend = {
  fetch: <T>(request: BackendSrvRequest): Observable<FetchResponse<T>> => from(send<T>(request)),
  get: (url: string, params?: Record<string, unknown>) => simple({ url, method: 'GET', params }),
  post: (url: string, data?: unknown) => simple({ url, method: 'POST', data }),
  put: (url: string, data?: unknown) => simple({ url, method: 'PUT', data }),
  patch: (url: string, data?: unknown) => simple({ url, method: 'PATCH', data }),
  delete: (url: string) => simple({ url, method: 'DELETE' }),
  datasourceRequest: send,
  request: simple,
  resolveCancelerIfExists: () => undefined,
} as unknown as BackendSrv;

async function simple(request: BackendSrvRequest): Promise<unknown> {
  return (await lastValueFrom(from(send(request)))).data;
}
