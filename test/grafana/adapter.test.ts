import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import { Type } from 'typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildApp } from '../../ingestor/src/app.ts';
import { Pseudonymiser } from '../../ingestor/src/identity/pseudonym.ts';
import { views } from '../../ingestor/src/views/index.ts';
import { store, workspace } from '../../ingestor/src/views/shared/test-rows.ts';
import { defineView } from '../../ingestor/src/views/view.ts';
import { testConfig } from '../support/test-config.ts';
import { useWarehouse } from '../support/warehouse.ts';
import { startAdapter, type Adapter } from './adapter.ts';
import { columnsOf, rowsOf, type FrameResult, type FrameResults } from './adapter-frames.ts';

const at = new Date('2026-03-01T12:00:00.123Z');
const everyType = defineView({
  id: 'every-type',
  title: 'Every type',
  topic: 'Test',
  description: 'One column of each type',
  parameters: Type.Object({
    only: Type.Union([Type.Literal('all'), Type.Literal('none')], { default: 'all', description: 'rows' }),
    text: Type.String({ default: '', description: 'a filter' }),
  }),
  columns: [
    { name: 'at', displayName: 'At', type: 'time', unit: null, description: 'when' },
    { name: 'amount', displayName: 'Amount', type: 'number', unit: 'currencyUSD', description: 'how much' },
    { name: 'text', displayName: 'Text', type: 'string', unit: null, description: 'what' },
    { name: 'flag', displayName: 'Flag', type: 'boolean', unit: null, description: 'whether' },
  ],
  leastScope: 'aggregate',
  privacy: { kind: 'none' },
  howComputed: 'as it is',
  run: (_, { only }) => {
    const rows = [
      { at, amount: -1.5, text: 'ä, "b"\n', flag: true },
      { at: null, amount: null, text: null, flag: null },
      { at: new Date(-1), amount: 0.1 + 0.2, text: '', flag: false },
      { at: new Date('2500-01-01'), amount: 1e300, text: '日本', flag: null },
    ];
    return Promise.resolve({ rows: only === 'all' ? rows : [], coverage: 0.5, notices: ['careful'] });
  },
});

const tokens = { TOKEN: 'service-token-0123456789', PLATFORM: 'platform-token-0123456789' };
const user = { email: 'Kim@example.com', username: 'kim' };
let adapter: Adapter;
let app: FastifyInstance;
let keys: Server;
let sign: (claims?: object, options?: { audience?: string; expires?: string; forged?: boolean }) => Promise<string>;

beforeAll(async () => {
  const starting = startAdapter();
  const [own, other] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')]);
  const jwk = { ...(await exportJWK(own.publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' };
  keys = createServer((_, response) => response.end(JSON.stringify({ keys: [jwk] })));
  await new Promise<void>((resolve) => keys.listen(0, '127.0.0.1', resolve));
  sign = (claims = user, { audience = 'org:1', expires = '10m', forged = false } = {}) =>
    new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'k1', typ: 'jwt' })
      .setSubject('user:7')
      .setIssuer('https://grafana.example/')
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(expires)
      .sign(forged ? other.privateKey : own.privateKey);

  const warehouse = await useWarehouse();
  const config = testConfig(
    {
      access: {
        tokens: [
          { name: 'grafana', token_env: 'TOKEN', scope: 'aggregate' },
          { name: 'all', token_env: 'PLATFORM', scope: 'platform' },
        ],
        grafana: {
          jwks_url: `http://127.0.0.1:${(keys.address() as AddressInfo).port}/api/signing-keys/keys`,
          issuer: 'https://grafana.example/',
          platform_logins: ['root@example.com'],
        },
      },
    },
    tokens,
  );
  const pseudonymiser = new Pseudonymiser({ key: Buffer.alloc(32, 1), privacy: config.privacy });
  await store(warehouse, {
    workspaces: ['kim', 'lee', 'max'].map((name) =>
      workspace(name, { user_key: pseudonymiser.person(name), created_at: new Date('2026-02-20T08:00:00Z') }),
    ),
  });
  app = await buildApp({
    config,
    warehouse,
    pseudonymiser,
    sources: [],
    views: [...views, everyType],
    checks: [{ name: 'questdb', check: () => null }],
    now: () => new Date('2026-03-02T00:00:00Z'),
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  adapter = await starting;
  await adapter.configure('shared', { url, secureJsonData: { token: tokens.TOKEN } });
  await adapter.configure('too-much', { url, secureJsonData: { token: tokens.PLATFORM } });
  await adapter.configure('open', {
    url,
    jsonData: { defaultScope: 'token' },
    secureJsonData: { token: tokens.PLATFORM },
  });
  await adapter.configure('no-token', { url });
  await adapter.configure('wrong-token', { url, secureJsonData: { token: 'x' } });
  await adapter.configure('nowhere', { url: 'http://127.0.0.1:1' });
  await adapter.configure('no-url', { url: '' });
}, 900_000);
afterAll(async () => {
  await adapter.stop();
  await app.close();
  keys.close();
});

interface Ask {
  readonly uid?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function ask(query: object, { uid = 'shared', headers = {} }: Ask = {}): Promise<FrameResult> {
  const response = await fetch(`${adapter.url}/api/ds/query`, {
    method: 'POST',
    headers,
    body: JSON.stringify({
      queries: [{ refId: 'A', datasource: { uid }, ...query }],
      from: String(Date.parse('2026-02-01T00:00:00Z')),
      to: String(Date.parse('2026-03-02T00:00:00Z')),
    }),
  });
  return ((await response.json()) as { results: FrameResults }).results['A']!;
}

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${adapter.url}${path}`, { headers });

describe('a frame', () => {
  it('has every value as it was, with unit, name and meaning', async () => {
    const frame = (await ask({ view: 'every-type' })).frames![0]!;
    expect(columnsOf(frame)).toEqual(everyType.columns);
    expect(rowsOf(frame)).toEqual([
      [at.toISOString(), -1.5, 'ä, "b"\n', true],
      [null, null, null, null],
      ['1969-12-31T23:59:59.999Z', 0.1 + 0.2, '', false],
      // Grafana's times end in 2262.
      [null, 1e300, '日本', null],
    ]);
  });

  it('says how it was computed, what of it is known, and what to mind', async () => {
    const { meta, name } = (await ask({ view: 'every-type', params: { text: 'x' } })).frames![0]!.schema;
    expect(name).toBe('every-type');
    expect(meta?.custom).toMatchObject({ view: 'every-type', howComputed: 'as it is', coverage: 0.5 });
    expect(meta?.notices).toEqual([
      { severity: 'warning', text: expect.stringContaining('Only 50 %') },
      { severity: 'info', text: 'careful' },
    ]);
    expect(meta?.stats).toEqual([expect.objectContaining({ displayName: 'Coverage', value: 0.5 })]);
    expect(meta?.executedQueryString).toContain('view every-type\n  text = "x"\n');
    expect(meta?.executedQueryString).toContain('How computed: as it is');
  });

  it('offers as filters what the view can be filtered by', async () => {
    const { fields } = (await ask({ view: 'every-type' })).frames![0]!.schema;
    expect(fields.filter(({ config }) => config?.['filterable']).map(({ name }) => name)).toEqual(['text']);
  });

  it('without rows has its columns', async () => {
    const frame = (await ask({ view: 'every-type', params: { only: 'none' } })).frames![0]!;
    expect(rowsOf(frame)).toEqual([]);
    expect(columnsOf(frame)).toEqual(everyType.columns);
  });

  it('as a time series has a field for each combination of texts', async () => {
    const { schema, data } = (await ask({ view: 'every-type', format: 'time_series' })).frames![0]!;
    expect(schema.meta?.['type']).toBe('timeseries-wide');
    expect(schema.fields.map(({ name, labels }) => [name, labels])).toEqual([
      ['at', undefined],
      ['amount', { text: '', flag: 'false' }],
      ['amount', { text: 'ä, "b"\n', flag: 'true' }],
    ]);
    expect(data.values).toEqual([
      [-1, at.getTime()],
      [0.1 + 0.2, null],
      [null, -1.5],
    ]);
  });
});

describe('an error says whose it is', () => {
  it.each<[string, object, Ask, number, string | RegExp]>([
    ['unknown view', { view: 'nope' }, {}, 404, /^there is no view "nope"/],
    [
      'unknown parameter',
      { view: 'every-type', params: { x: 1 } },
      {},
      400,
      'every-type has no parameter "x"; it has only, text',
    ],
    ['no view', {}, {}, 400, 'no view is chosen'],
    ['a format that does not fit', { view: 'every-type', format: 'histogram' }, {}, 400, /a histogram needs columns/],
    ['too little scope', { view: 'container-lifecycle' }, {}, 403, /needs the scope self/],
    ['no token', { view: 'every-type' }, { uid: 'no-token' }, 401, /refused the token/],
    ['another token', { view: 'every-type' }, { uid: 'wrong-token' }, 401, /the token is not known here/],
    [
      'no service',
      { view: 'every-type' },
      { uid: 'nowhere' },
      502,
      /^cannot reach sce-voice at http:\/\/127\.0\.0\.1:1/,
    ],
  ])('%s', async (_, query, options, status, message) => {
    const { error, errorSource, status: found } = await ask(query, options);
    expect({ found, errorSource }).toEqual({ found: status, errorSource: 'downstream' });
    expect(error).toMatch(message);
  });
});

describe('who asks', () => {
  const lifecycle = { view: 'container-lifecycle' };
  const as = async (idToken: Promise<string>): Promise<Record<string, string>> => ({ 'x-grafana-id': await idToken });

  it('a signed-in user sees their own rows, an administrator all', async () => {
    const own = await ask(lifecycle, { headers: await as(sign()) });
    expect(rowsOf(own.frames![0]!)).toHaveLength(1);
    const all = await ask(lifecycle, { headers: await as(sign({ email: 'root@example.com' })) });
    expect(rowsOf(all.frames![0]!)).toHaveLength(3);
  });

  it.each<[string, () => Promise<string>]>([
    ['signed by another key', () => sign({ email: 'root@example.com' }, { forged: true })],
    ['expired', () => sign(user, { expires: '-5m' })],
    ['for another organisation', () => sign(user, { audience: 'org:2' })],
    ['made up', () => Promise.resolve('root')],
  ])('an identity %s gets nothing', async (_, make) => {
    for (const uid of ['shared', 'open']) {
      const { status, error, frames } = await ask(lifecycle, { uid, headers: await as(make()) });
      expect({ status, frames }).toEqual({ status: 401, frames: [] });
      expect(error).toContain('does not accept the identity');
    }
  });

  it.each<[string, Record<string, string>]>([
    ['nobody (an alert rule, a public dashboard)', {}],
    ['nobody who says they are an alert rule', { FromAlert: 'true', 'X-Rule-Uid': 'r' }],
    ['nobody with headers of their own', { 'x-sce-scope-without-person': 'platform', 'x-grafana-user': 'root' }],
  ])('%s sees groups only, whatever the token may', async (_, headers) => {
    for (const uid of ['shared', 'too-much'])
      expect(await ask(lifecycle, { uid, headers })).toMatchObject({
        status: 403,
        error: expect.stringContaining('this caller has aggregate'),
      });
    expect((await ask({ view: 'every-type' }, { uid: 'too-much', headers })).error).toBeUndefined();
  });

  it('an administrator can say that the token’s scope holds for everybody', async () => {
    expect(rowsOf((await ask(lifecycle, { uid: 'open' })).frames![0]!)).toHaveLength(3);
  });
});

describe('health', () => {
  it('says what was reached and what may be seen', async () => {
    const response = await get('/api/datasources/uid/shared/health', { 'x-grafana-id': await sign() });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      status: 'OK',
      message: expect.stringMatching(
        /^Reached sce-voice \d+\.\d+\.\d+ at http:\/\/127\.0\.0\.1:\d+: QuestDB ready, \d+ views, scope aggregate without a person, self for you$/,
      ),
      details: { scope: 'aggregate', yourScope: 'self' },
    });
  });
  it.each([
    ['nowhere', /cannot reach/],
    ['wrong-token', /refused the token/],
    ['no-url', /has no URL/],
  ])('%s', async (uid, message) => {
    const body = (await (await get(`/api/datasources/uid/${uid}/health`)).json()) as { message: string };
    expect(body.message).toMatch(message);
  });
});

describe('resources', () => {
  it('are the catalogue and the values of parameters, as the user may see them', async () => {
    const catalog = (await (await get('/api/datasources/uid/shared/resources/catalog')).json()) as { views: unknown[] };
    expect(catalog.views).toHaveLength(views.length + 1);
    const values = async (path: string, headers?: Record<string, string>) =>
      (await get(`/api/datasources/uid/shared/resources/values/${path}`, headers)).json();
    expect(await values('only?view=every-type')).toMatchObject({ values: [{ value: 'all' }, { value: 'none' }] });
    expect(await values('user')).toMatchObject({ values: [] });
    expect(await values('user', await sign().then((token) => ({ 'x-grafana-id': token })))).toMatchObject({
      values: [{ value: expect.stringMatching(/^u_[0-9a-f]{16}$/) }],
    });
  });
  it.each([
    ['person/export', 404, /there is no GET person\/export/],
    ['values/nope', 400, /no view has a parameter/],
  ])('%s', async (path, status, message) => {
    const response = await get(`/api/datasources/uid/shared/resources/${path}`);
    expect(response.status).toBe(status);
    expect(((await response.json()) as { message: string }).message).toMatch(message);
  });
});
