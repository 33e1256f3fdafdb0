import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IngestorProcess } from '../support/ingestor-process.ts';
import { headersV1, headersV2 } from '../support/remote-write/send.ts';

let ingestor: IngestorProcess;
/** `[method, path]` of everything that the OpenAPI document names: a new endpoint is tried without a change here. */
let endpoints: [method: string, path: string][];

beforeAll(async () => {
  ingestor = await IngestorProcess.start();
  const document = (await (await fetch(`${ingestor.url}/documentation/json`)).json()) as {
    paths: Record<string, object>;
  };
  endpoints = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method): [string, string] => [method.toUpperCase(), path.replace(/\{\w+\}/g, 'none')]),
  );
});
afterAll(() => ingestor.remove());

/** Snappy's header says how long the block is: here 2 GiB − 1, with nothing behind it. */
const bomb = Buffer.from([0xff, 0xff, 0xff, 0xff, 0x07]);
const deep = Buffer.from('['.repeat(200_000) + ']'.repeat(200_000));
const bodies: Record<string, Buffer> = {
  nothing: Buffer.alloc(0),
  'random bytes': randomBytes(10_000),
  zeros: Buffer.alloc(5_000),
  'a decompression bomb': bomb,
  'deeply nested JSON': deep,
  'half of a JSON object': Buffer.from('{"queries":[{"refId":"A","view":'),
  'JSON of another kind': Buffer.from('{"queries":"all","items":7,"events":{"a":[null]},"__proto__":{"x":1}}'),
  'a JSON number': Buffer.from('1e999'),
  'broken UTF-8': Buffer.from([0x22, 0xc3, 0x28, 0xff, 0x22]),
};
const contentTypes: Record<string, Readonly<Record<string, string>>> = {
  'no type': {},
  JSON: { 'content-type': 'application/json' },
  'remote-write 1.0': headersV1,
  'remote-write 2.0': headersV2,
  'a type that nobody knows': { 'content-type': 'x/;;;=,' },
  gzip: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
};

/** Paths that answer without looking at what is sent. */
const open = /^\/(healthz|readyz|metrics|documentation)/;

async function status(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
): Promise<number> {
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const response = await fetch(`${ingestor.url}${path}`, {
    method,
    headers,
    ...(hasBody ? { body: new Uint8Array(body) } : {}),
    signal: AbortSignal.timeout(20_000),
  });
  await response.arrayBuffer();
  return response.status;
}

/** Sends bytes as they are and returns what comes back until the connection ends. */
async function raw(text: string): Promise<string> {
  const { hostname, port } = new URL(ingestor.url);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.setTimeout(20_000, () => socket.destroy(new Error('no answer')));
    socket.setEncoding('utf8').on('data', (part) => (answer += String(part)));
    // What was not read when the server closes turns the end into a reset; the answer came before it.
    socket
      .once('close', () => resolve(answer))
      .once('error', (error) => (answer === '' ? reject(error) : resolve(answer)));
  });
}

describe('garbage', () => {
  it('is answered with 4xx on every endpoint that takes something', async () => {
    const taking = endpoints.filter(([method, path]) => method === 'POST' && !open.test(path));
    expect(taking.map(([, path]) => path)).toEqual(
      expect.arrayContaining(['/api/v1/write', '/api/v1/query', '/api/v1/events']),
    );
    const surprises: string[] = [];
    for (const [method, path] of taking) {
      for (const [type, headers] of Object.entries(contentTypes)) {
        for (const [what, body] of Object.entries(bodies)) {
          const answer = await status(method, path, headers, body);
          // An empty remote-write body is a valid message without series.
          const allowed = path === '/api/v1/write' && what === 'nothing' ? answer < 500 : answer >= 400 && answer < 500;
          if (!allowed) surprises.push(`${method} ${path}, ${what} as ${type}: ${answer}`);
        }
      }
    }
    expect(surprises).toEqual([]);
  });

  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is refused everywhere', async (method) => {
    const paths = [...new Set(endpoints.filter(([known]) => known !== method).map(([, path]) => path))];
    for (const path of paths) expect(await status(method, path, {}, Buffer.alloc(0)), path).toBeGreaterThanOrEqual(400);
  });

  it.each([
    ['a path that goes up', '/../../etc/passwd', 404],
    ['an encoded path that goes up', '/documentation/static/%2e%2e%2f%2e%2e%2fpackage.json', 404],
    ['a broken escape', '/api/v1/%zz', 400],
    ['a path of 8 kB', `/${'a'.repeat(8_000)}`, 404],
    ['an unknown path', '/api/v2/write', 404],
  ])('%s', async (_, path, want) => {
    const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(answer.split('\r\n')[0]).toContain(` ${want} `);
    expect(answer).not.toContain('root:');
  });

  it.each([
    ['not HTTP', 'EHLO example.com\r\n\r\n'],
    ['headers without end', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`],
    ['two lengths', 'POST /api/v1/write HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello'],
    ['a negative length', 'POST /api/v1/write HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n'],
    ['a broken chunk', 'POST /api/v1/write HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n'],
  ])('%s closes the connection with 4xx', async (_, text) => {
    expect((await raw(text)).split('\r\n')[0]).toMatch(/^HTTP\/1\.1 4\d\d /);
  });

  it('left the service alive, ready and small', async () => {
    ingestor.child.assertRunning();
    expect((await fetch(`${ingestor.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${ingestor.url}/readyz`)).status).toBe(200);
    expect(ingestor.residentMb()).toBeLessThan(512);
  });
});
