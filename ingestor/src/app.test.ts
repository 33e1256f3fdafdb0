import { describe, expect, it } from 'vitest';
import { app, at, everyType, query, serve } from '../../test/support/app-in-memory.ts';
import { testConfig } from '../../test/support/test-config.ts';
import type { CatalogEntry } from './contract/index.ts';
import { createLog, redactUrl } from './log.ts';
import { SceError } from './errors.ts';
import { views } from './views/index.ts';
import type { AnyView } from './views/view.ts';

const failing = (error: Error): AnyView => ({ ...everyType, id: 'failing', run: () => Promise.reject(error) });

const one = (params?: object) => query([{ refId: 'A', view: 'every-type', ...(params ? { params } : {}) }]);

describe('query', () => {
  it('answers columns, rows and meta', async () => {
    await serve({ now: () => new Date('2026-03-02T00:00:00Z') });
    const { results } = (await one()).json();
    expect(results.A.columns).toEqual(everyType.columns);
    expect(results.A.rows).toEqual([
      [at.toISOString(), 3, 'ä, "b"\n', true],
      [null, null, null, null],
      [at.toISOString(), '1152921504606846976', '', false],
    ]);
    expect(results.A.meta).toEqual({
      howComputed: 'times 2',
      coverage: 0.5,
      rowCount: 3,
      from: '2026-01-31T00:00:00.000Z',
      to: '2026-03-02T00:00:00.000Z',
      notices: ['careful'],
    });
  });

  it('answers only the columns asked for, in their order', async () => {
    await serve();
    const names = everyType.columns
      .map(({ name }) => name)
      .reverse()
      .slice(0, 2);
    const { A, B } = (
      await query([
        { refId: 'A', view: 'every-type', columns: names },
        { refId: 'B', view: 'every-type', columns: ['salary'] },
      ])
    ).json().results;
    expect((A.columns as { name: string }[]).map(({ name }) => name)).toEqual(names);
    expect(A.rows[0]).toEqual([true, 'ä, "b"\n']);
    expect(B.error).toMatchObject({
      code: 'INVALID_PARAMETER',
      message: expect.stringContaining('no column "salary"'),
    });
  });

  it.each<[string, object, unknown]>([
    ['a number as text', { factor: '4' }, 6],
    ['an empty one: the default', { factor: '' }, 3],
    ['all values', { only: '$__all' }, 3],
    ['a list as text', { list: 'a,b' }, 3],
    ['null', { factor: null }, 3],
  ])('takes %s', async (_, params, amount) => {
    await serve();
    expect((await one(params)).json().results.A.rows[0][1]).toBe(amount);
  });

  it.each<[object, RegExp]>([
    [{ factr: 1 }, /no parameter "factr"; it has factor, only, list/],
    [{ factor: 'x' }, /parameter "factor" of every-type is "x"; a number from 0 is needed/],
    [{ factor: -1 }, /a number from 0/],
    [{ only: 'some' }, /one of all, none is needed/],
    [{ __proto__x: 1 }, /no parameter/],
    [{ constructor: 1 }, /no parameter "constructor"/],
  ])('refuses %j', async (params, message) => {
    await serve();
    const { error } = (await one(params)).json().results.A;
    expect(error).toMatchObject({ code: 'INVALID_PARAMETER', message: expect.stringMatching(message) });
  });

  it('one bad query does not spoil the others', async () => {
    await serve({
      views: [
        everyType,
        failing(new Error('secret: password')),
        { ...failing(new SceError('QUERY_TIMEOUT', 'too slow')), id: 'slow' },
      ],
    });
    const answer = await query([
      { refId: 'A', view: 'every-type' },
      { refId: 'B', view: 'nope' },
      { refId: 'C', view: 'failing' },
      { refId: 'D', view: 'slow' },
    ]);
    const { results } = answer.json();
    expect(answer.statusCode).toBe(200);
    expect(results.A.rows).toHaveLength(3);
    expect(results.B.error).toMatchObject({
      code: 'UNKNOWN_VIEW',
      details: { known: ['every-type', 'failing', 'slow'] },
    });
    expect(results.C.error.code).toBe('INTERNAL');
    expect(results.D.error).toMatchObject({ code: 'QUERY_TIMEOUT', message: 'too slow' });
    expect(answer.body).not.toContain('password');
  });

  it.each<[string, object]>([
    ['no queries', { queries: [] }],
    ['no refId', { queries: [{ view: 'every-type' }] }],
    ['too many', { queries: Array.from({ length: 33 }, (_, at) => ({ refId: `${at}`, view: 'every-type' })) }],
    [
      'the same refId twice',
      {
        queries: [
          { refId: 'A', view: 'every-type' },
          { refId: 'A', view: 'every-type' },
        ],
      },
    ],
  ])('400: %s', async (_, payload) => {
    await serve();
    const answer = await app.inject({ method: 'POST', url: '/api/v1/query', payload });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'BAD_REQUEST', details: expect.any(Object) });
  });

  it.each<[object, RegExp]>([
    [{ from: 'yesterday', to: 'now' }, /from is "yesterday"/],
    [{ from: 'now', to: 'now-1d' }, /is not before/],
    [{ from: '2026-01-01', to: '2026-13-01' }, /to is "2026-13-01"/],
  ])('refuses the range %j', async (range, message) => {
    await serve();
    expect((await query([{ refId: 'A', view: 'every-type' }], { range })).json().results.A.error.message).toMatch(
      message,
    );
  });

  it('takes ISO, epoch milliseconds and relative times', async () => {
    await serve({ now: () => new Date('2026-03-31T12:00:00Z') });
    for (const [range, from, to] of [
      [{ from: '2026-01-01', to: '2026-02-01T01:00:00+01:00' }, '2026-01-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z'],
      [{ from: 1_767_225_600_000, to: '1769904000000' }, '2026-01-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z'],
      [{ from: 'now-1M', to: 'now' }, '2026-02-28T12:00:00.000Z', '2026-03-31T12:00:00.000Z'],
    ] as const)
      expect((await query([{ refId: 'A', view: 'every-type' }], { range })).json().results.A.meta).toMatchObject({
        from,
        to,
      });
  });
});

describe('operations', () => {
  it('/healthz is 200 whatever happens, /readyz says what is wrong', async () => {
    let reason: string | null = 'QuestDB ended; starting it again in 0.5 s';
    await serve({
      checks: [
        { name: 'questdb', check: () => reason },
        { name: 'disk', check: () => Promise.resolve(null) },
        { name: 'throws', check: () => Promise.reject(new Error('no')) },
      ],
    });
    expect((await app.inject('/healthz')).statusCode).toBe(200);
    const answer = await app.inject('/readyz');
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('5');
    expect(answer.json()).toEqual({
      ready: false,
      checks: [
        { name: 'questdb', ok: false, reason },
        { name: 'disk', ok: true, reason: null },
        { name: 'throws', ok: false, reason: 'no' },
      ],
    });
    await app.close();
    reason = null;
    await serve({ checks: [{ name: 'questdb', check: () => reason }] });
    expect((await app.inject('/readyz')).statusCode).toBe(200);
  });

  it('/metrics counts requests by route and status', async () => {
    await serve();
    await app.inject('/healthz');
    await app.inject('/not-there-1234');
    const answer = await app.inject('/metrics');
    expect(answer.headers['content-type']).toContain('text/plain');
    expect(answer.body).toMatch(/sce_http_requests_total\{route="\/healthz",method="GET",status="200"\} \d+/);
    expect(answer.body).toContain('process_cpu_seconds_total');
    expect(answer.body).not.toContain('not-there-1234');
  });

  it('/documentation is OpenAPI with every route, and its page asks no other host for anything', async () => {
    await serve();
    const { paths } = (await app.inject('/documentation/json')).json();
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(['/api/v1/catalog', '/api/v1/query', '/healthz', '/readyz', '/metrics']),
    );
    const page = (await app.inject('/documentation/')).body;
    expect(page).toContain('swagger-ui');
    expect(page).not.toMatch(/(?:src|href)="https?:/);
  });

  it('/api/v1/catalog lists every view with parameters, each described', async () => {
    await serve({ views });
    const catalog = (await app.inject('/api/v1/catalog')).json<{
      views: (CatalogEntry & {
        parameters: { properties: Record<string, { description?: string; default?: unknown }> };
      })[];
    }>();
    expect(catalog.views.map((view) => view.id)).toEqual(views.map((view) => view.id));
    for (const view of catalog.views) {
      expect(view.howComputed.length).toBeGreaterThan(20);
      for (const schema of Object.values(view.parameters.properties)) {
        expect(schema.description).toBeTruthy();
        expect(schema.default).toBeDefined();
      }
      for (const column of view.columns)
        expect(column).toMatchObject({
          name: expect.stringMatching(/^[a-z][a-z0-9_]*$/),
          description: expect.stringMatching(/./),
        });
    }
  });
});

describe('errors', () => {
  it('are JSON with a code, and carry the request id', async () => {
    await serve();
    const answer = await app.inject({ url: '/nope?token=secret', headers: { 'x-request-id': 'abc-1' } });
    expect(answer.statusCode).toBe(404);
    expect(answer.headers['x-request-id']).toBe('abc-1');
    expect(answer.json()).toEqual({
      code: 'NOT_FOUND',
      message: 'there is no GET /nope; /documentation lists what there is',
      details: {},
    });
    expect(
      (await app.inject({ url: '/nope', headers: { 'x-request-id': 'a\tb' } })).headers['x-request-id'],
    ).not.toContain('\t');
  });
  it.each<[string, string, Record<string, string>, string, number, string]>([
    ['no JSON', '{', { 'content-type': 'application/json' }, 'POST', 400, 'BAD_REQUEST'],
    ['another type', 'x', { 'content-type': 'text/x-unknown' }, 'POST', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [
      'too large',
      `{"queries":"${'x'.repeat(1_100_000)}"}`,
      { 'content-type': 'application/json' },
      'POST',
      413,
      'BODY_TOO_LARGE',
    ],
    ['another method', '', {}, 'DELETE', 404, 'NOT_FOUND'],
  ])('%s', async (_, payload, headers, method, status, code) => {
    await serve();
    const answer = await app.inject({ method: method as 'POST', url: '/api/v1/query', payload, headers });
    expect(answer.statusCode).toBe(status);
    expect(answer.json().code).toBe(code);
  });
  it('too many reads are 429 with Retry-After, for this caller only', async () => {
    await serve({
      config: testConfig({ access: { reads_per_minute: 2 } }, { SCE_READ_TOKEN: 'r'.repeat(20) }),
      cliToken: 'c'.repeat(20),
    });
    const read = (token: string) =>
      app.inject({ url: '/api/v1/catalog', headers: { authorization: `Bearer ${token}` } });
    await read('r'.repeat(20));
    await read('r'.repeat(20));
    const third = await read('r'.repeat(20));
    expect([third.statusCode, third.json().code]).toEqual([429, 'TOO_MANY_REQUESTS']);
    expect(Number(third.headers['retry-after'])).toBeGreaterThan(0);
    expect((await read('c'.repeat(20))).statusCode).toBe(200);
  });
});

describe('the log', () => {
  it('holds neither tokens nor cookies, nor the text of a hidden error in an answer', async () => {
    const lines: string[] = [];
    await serve({
      log: createLog('trace', { write: (line: string) => void lines.push(line) }),
      views: [failing(new Error('cause-for-the-log'))],
    });
    const secrets = { authorization: 'Bearer hush-hush', cookie: 'session=hush-hush', 'x-grafana-id': 'hush-hush' };
    await app.inject({ url: '/nope?token=hush-hush&a=1', headers: secrets });
    const answer = await query([{ refId: 'A', view: 'failing' }]);
    expect(answer.body).not.toContain('cause-for-the-log');
    expect(lines.join('')).toContain('cause-for-the-log');
    expect(lines.join('')).not.toContain('hush-hush');
  });
  it.each([
    ['/a?token=x&b=1', '/a?token=[redacted]&b=1'],
    ['/a?b=1&api_key=x#f', '/a?b=1&api_key=[redacted]#f'],
    ['/a?monkey=x', '/a?monkey=x'],
  ])('%s', (url, redacted) => expect(redactUrl(url)).toBe(redacted));
});
