import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { messageOf, type SceError } from '../errors.ts';
import { HttpClient, retryAfterMs, type HttpClientOptions } from './http-client.ts';

const servers: Server[] = [];
const clients: HttpClient[] = [];

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  for (const server of servers.splice(0)) server.close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function client(baseUrl: string, options: Partial<HttpClientOptions> = {}): HttpClient {
  const made = new HttpClient({ name: 'feed "test"', baseUrl, retryBaseMs: 1, ...options });
  clients.push(made);
  return made;
}

const json = { 'content-type': 'application/json' };

/** Answers the given statuses in turn, then 200. */
async function flaky(
  answers: readonly { status: number; headers?: Record<string, string> }[],
): Promise<{ url: string; seen: IncomingMessage[] }> {
  const seen: IncomingMessage[] = [];
  const url = await serve((request, response) => {
    const answer = answers[seen.length] ?? { status: 200 };
    seen.push(request);
    response.writeHead(answer.status, { ...json, ...answer.headers }).end('{"ok":true}');
  });
  return { url, seen };
}

describe('retries', () => {
  it.each([
    ['503 then fine', [{ status: 503 }], 2],
    ['500 twice then fine', [{ status: 500 }, { status: 500 }], 3],
    ['429 with Retry-After 0', [{ status: 429, headers: { 'retry-after': '0' } }], 2],
    [
      '403 of a used-up limit that has reset',
      [{ status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' } }],
      2,
    ],
  ])('%s', async (_, answers, requests) => {
    const { url, seen } = await flaky(answers);
    const http = client(url);
    expect((await http.getJson('/x')).json).toEqual({ ok: true });
    expect(seen).toHaveLength(requests);
    expect(http.requests).toBe(requests);
  });

  it('waits as long as Retry-After says', async () => {
    const times: number[] = [];
    const url = await serve((_, response) => {
      times.push(performance.now());
      response.writeHead(times.length === 1 ? 503 : 200, { ...json, 'retry-after': '1' }).end('{}');
    });
    await client(url).getJson('/');
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(990);
  });

  it('hands a long Retry-After to the poller instead of sitting on it', async () => {
    const { url, seen } = await flaky([{ status: 429, headers: { 'retry-after': '3600' } }]);
    await expect(client(url).getJson('/')).rejects.toMatchObject({
      code: 'SOURCE_FAILED',
      retryAfterSeconds: 3600,
      details: { status: 429 },
    });
    expect(seen).toHaveLength(1);
  });

  it.each([400, 401, 403, 404])('%i is final', async (status) => {
    const { url, seen } = await flaky([{ status }]);
    await expect(client(url).getJson('/')).rejects.toMatchObject({ details: { status } });
    expect(seen).toHaveLength(1);
  });

  it('gives up after the last attempt', async () => {
    const { url, seen } = await flaky(Array.from({ length: 10 }, () => ({ status: 500 })));
    await expect(client(url, { retries: 2 }).getJson('/')).rejects.toThrow(/answered 500/);
    expect(seen).toHaveLength(3);
  });

  it('survives a connection that breaks in the middle of an answer', async () => {
    let count = 0;
    const url = await serve((request, response) => {
      count += 1;
      response.writeHead(200, { ...json, 'content-length': '100' });
      if (count === 1) response.write('{"half', () => request.socket.destroy());
      else response.end(JSON.stringify({ ok: true }).padEnd(100));
    });
    expect((await client(url).getJson('/')).json).toEqual({ ok: true });
  });
});

describe('answers', () => {
  it('returns what the caller expects', async () => {
    const { url } = await flaky([{ status: 304 }]);
    expect((await client(url).request('/', { expect: [304] })).status).toBe(304);
  });

  it('refuses a page where JSON was expected', async () => {
    const url = await serve((_, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>log in'),
    );
    await expect(client(url).getJson('/')).rejects.toThrow(/answered text\/html where JSON was expected/);
  });

  it('refuses an answer above the limit', async () => {
    const url = await serve((_, response) => response.writeHead(200, json).end(`"${'x'.repeat(5000)}"`));
    await expect(client(url, { maxBytes: 1000 }).getJson('/')).rejects.toThrow(/more than 1000 bytes/);
  });

  it('times out', async () => {
    const url = await serve(() => undefined);
    await expect(client(url, { timeoutMs: 50, retries: 0 }).getJson('/')).rejects.toThrow(/cannot be reached/);
  });

  it('keeps to the limit of parallel requests', async () => {
    let open = 0;
    let most = 0;
    const url = await serve((_, response) => {
      most = Math.max(most, ++open);
      setImmediate(() => {
        open -= 1;
        response.writeHead(200, json).end('{}');
      });
    });
    const http = client(url, { parallel: 2 });
    await Promise.all(Array.from({ length: 20 }, (_, i) => http.getJson(`/${i}`)));
    expect(most).toBeLessThanOrEqual(2);
    expect(http.requests).toBe(20);
  });
});

describe('secrets', () => {
  const token = 'Bearer very-secret-token-123';

  it('never appear in an error, even when the server repeats them', async () => {
    const url = await serve((request, response) =>
      response.writeHead(401, json).end(JSON.stringify({ detail: `bad ${request.headers.authorization ?? ''}` })),
    );
    const error = await client(url, { headers: { authorization: token } })
      .getJson('/x?token=abcdefgh')
      .catch((thrown: unknown) => thrown as SceError);
    expect(messageOf(error)).toMatch(/answered 401 \(bad \*\*\*\)/);
    expect(JSON.stringify(error) + messageOf(error)).not.toMatch(/very-secret|abcdefgh/);
  });

  it('stay behind when another origin is redirected to', async () => {
    const seen: (string | undefined)[] = [];
    const other = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(200, json).end('{}');
    });
    const url = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(307, { location: `${other}/blob` }).end();
    });
    await client(url, { headers: { authorization: token } }).getJson('/');
    expect(seen).toEqual([token, undefined]);
  });
});

describe('retryAfterMs', () => {
  const now = Date.parse('2026-11-22T12:00:00Z');
  it.each([
    [429, { 'retry-after': '7' }, 7000],
    [503, { 'retry-after': 'Sun, 22 Nov 2026 12:00:30 GMT' }, 30_000],
    [503, { 'retry-after': 'Sun, 22 Nov 2026 11:00:00 GMT' }, 0],
    [429, { 'retry-after': 'soon' }, null],
    [403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1000 + 60) }, 60_000],
    [403, { 'x-ratelimit-remaining': '12' }, null],
    [404, { 'retry-after': '7' }, null],
  ])('%i %j gives %j', (status, headers, expected) => {
    expect(retryAfterMs({ status, headers: headers }, now)).toBe(expected);
  });
});
