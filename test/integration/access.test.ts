import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { SignJWT, UnsecuredJWT, exportJWK, generateKeyPair } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Config } from '../../ingestor/src/config.ts';
import { addErrorHandlers } from '../../ingestor/src/routes/error-handler.ts';
import { access } from '../../ingestor/src/access/access.ts';
import { testConfig } from '../support/test-config.ts';

const writeToken = 'write-token-0123456789';
const readToken = 'read-token-0123456789';
const env = { SCE_WRITE_TOKEN: writeToken, SCE_READ_TOKEN: readToken };
const pseudonymiser = { person: (user: string) => `u_${user.toLowerCase().replace(/@.*/, '')}` };

let app: FastifyInstance;
afterEach(() => app.close());

async function serve(config: Config): Promise<void> {
  app = fastify();
  addErrorHandlers(app);
  await app.register(access, { config, pseudonymiser, cliToken: 'cli-token-0123456789' });
  app.get('/write', { onRequest: (request) => app.requireWrite(request) }, (request) => request.principal);
  app.get('/read', { onRequest: (request) => app.requireRead(request) }, (request) => request.principal);
  app.get('/platform', { onRequest: (request) => app.requirePlatform(request) }, (request) => request.principal);
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const basic = (password: string) => ({
  authorization: `Basic ${Buffer.from(`prometheus:${password}`).toString('base64')}`,
});
const get = (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers });

describe('tokens', () => {
  it.each<[string, string, Record<string, string>, number]>([
    ['writing with the write token', '/write', bearer(writeToken), 200],
    ['writing with Basic', '/write', basic(writeToken), 200],
    ['writing without', '/write', {}, 401],
    ['writing with an unknown one', '/write', bearer('x'), 401],
    ['writing with the read token', '/write', bearer(readToken), 403],
    ['writing with the command line’s', '/write', bearer('cli-token-0123456789'), 403],
    ['writing with a prefix of the token', '/write', bearer(writeToken.slice(0, -1)), 401],
    ['writing with another scheme', '/write', { authorization: `Digest ${writeToken}` }, 401],
    ['writing with an empty header', '/write', { authorization: '' }, 401],
    ['writing with an empty Basic', '/write', { authorization: 'Basic ' }, 401],
    ['reading with the read token', '/read', bearer(readToken), 200],
    ['reading with Basic', '/read', basic(readToken), 200],
    ['reading without', '/read', {}, 401],
    ['reading with an unknown one', '/read', bearer('x'), 401],
    ['reading with the write token', '/read', bearer(writeToken), 403],
    ['administering with the read token', '/platform', bearer(readToken), 403],
    ['administering with the command line’s', '/platform', bearer('cli-token-0123456789'), 200],
  ])('%s', async (_, url, headers, status) => {
    await serve(testConfig({}, env));
    const answer = await get(url, headers);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['www-authenticate'] !== undefined).toBe(status === 401);
    if (status >= 400) expect(answer.json()).toMatchObject({ code: status === 401 ? 'UNAUTHENTICATED' : 'FORBIDDEN' });
  });

  it('on loopback without tokens both are open, for groups only', async () => {
    await serve(testConfig());
    expect((await get('/write')).statusCode).toBe(200);
    expect((await get('/read')).json()).toMatchObject({ scope: 'aggregate', personKey: null });
    expect((await get('/platform')).statusCode).toBe(403);
    expect((await get('/read', bearer('x'))).statusCode).toBe(401);
  });

  it('beyond loopback a write token is needed, and reads are closed', async () => {
    app = fastify();
    const far = { SCE_HTTP_HOST: '0.0.0.0' };
    await expect(serve(testConfig({}, far))).rejects.toThrow(/SCE_WRITE_TOKEN.*access\.allow_anonymous/);
    await app.close();
    await serve(testConfig({ access: { allow_anonymous: true } }, far));
    expect((await get('/write')).statusCode).toBe(200);
    expect((await get('/read')).statusCode).toBe(401);
  });

  it('scopes come from the configuration, never from the request', async () => {
    const tokens = [
      { name: 'lead', token_env: 'LEAD', scope: 'department', department: 'Biostatistics' },
      { name: 'kim', token_env: 'KIM', scope: 'self', person: 'Kim@example.com' },
      { name: 'both', token_env: 'BOTH', write: true, scope: 'platform' },
    ];
    await serve(
      testConfig(
        { access: { tokens } },
        { LEAD: 'lead-0123456789abc', KIM: 'kim-0123456789abcd', BOTH: 'both-0123456789abc' },
      ),
    );
    const widen = {
      'x-scope': 'platform',
      'x-grafana-user': 'admin',
      fromalert: 'true',
      'x-rule-uid': 'r',
      'x-grafana-id': 'forged',
    };
    expect((await get('/read?scope=platform', { ...bearer('lead-0123456789abc'), ...widen })).json()).toMatchObject({
      scope: 'department',
      department: 'Biostatistics',
    });
    expect((await get('/read', { ...bearer('kim-0123456789abcd'), ...widen })).json()).toMatchObject({
      scope: 'self',
      personKey: 'u_kim',
    });
    expect((await get('/write', bearer('both-0123456789abc'))).json()).toMatchObject({
      scope: 'platform',
      write: true,
    });
  });

  it('a shared data source can give up what its token may see, and no header adds anything', async () => {
    const tokens = [
      { name: 'shared', token_env: 'SHARED', scope: 'platform' },
      { name: 'kim', token_env: 'KIM', scope: 'self', person: 'Kim@example.com' },
    ];
    await serve(testConfig({ access: { tokens } }, { ...env, SHARED: 'shared-0123456789', KIM: 'kim-0123456789abcd' }));
    const without = (value: string) => ({ 'x-sce-scope-without-person': value });
    const read = async (headers: Record<string, string>) => (await get('/read', headers)).json<unknown>();
    const shared = bearer('shared-0123456789');
    expect(await read({ ...shared, ...without('aggregate') })).toMatchObject({ scope: 'aggregate', name: 'shared' });
    expect(await read({ ...bearer('kim-0123456789abcd'), ...without('aggregate') })).toMatchObject({
      scope: 'aggregate',
      personKey: null,
    });
    expect(await read({ ...shared, ...without('self') })).toMatchObject({ scope: 'platform' });
    expect(await read({ ...bearer(readToken), ...without('platform') })).toMatchObject({ scope: 'aggregate' });
    expect((await get('/platform', { ...shared, ...without('aggregate') })).statusCode).toBe(403);
  });

  it.each([
    [{ tokens: [{ name: 'a' }] }, {}, /"a" needs token_file or token_env/],
    [{ tokens: [{ name: 'a', token_env: 'NOPE' }] }, {}, /NOPE: the token is empty/],
    [{ tokens: [{ name: 'a', token_file: '/nonexistent' }] }, {}, /"a": cannot read the token/],
    [{ tokens: [{ name: 'a', token_env: 'A', scope: 'self' }] }, { A: 'a'.repeat(20) }, /needs person/],
    [{ tokens: [{ name: 'a', token_env: 'A', scope: 'department' }] }, { A: 'a'.repeat(20) }, /needs department/],
    [{ read_token_scope: 'self' }, { SCE_READ_TOKEN: 'a'.repeat(20) }, /read_token_scope is "self"/],
    [{}, { SCE_READ_TOKEN: 'a'.repeat(20), SCE_WRITE_TOKEN: 'a'.repeat(20) }, /has the value of another token/],
    [{}, { SCE_READ_TOKEN: 'a', SCE_READ_TOKEN_FILE: 'b' }, /keep one/],
    [{ tokens: [{ name: 'a', token_env: 'A', scope: 'root' }] }, { A: 'a' }, /scope/],
  ])('%j is refused', (access, environment, message) => {
    app = fastify();
    expect(() => testConfig({ access }, environment as Record<string, string>)).toThrow(message);
  });
});

describe('Grafana identities', () => {
  let keys: Server;
  let sign: (
    claims?: object,
    options?: { issuer?: string; audience?: string; expires?: string | number; other?: boolean },
  ) => Promise<string>;
  let file: object;

  beforeAll(async () => {
    const [own, other] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')]);
    const jwk = { ...(await exportJWK(own.publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' };
    keys = createServer((_, response) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] })),
    );
    await new Promise<void>((resolve) => keys.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(keys.address() as AddressInfo).port}`;
    file = {
      access: {
        grafana: {
          jwks_url: `${url}/api/signing-keys/keys`,
          issuer: 'https://grafana.example/',
          organisation_ids: [1, 2],
          platform_logins: ['root@example.com'],
          department_logins: { 'Lead@example.com': 'Biostatistics' },
        },
      },
    };
    sign = (
      claims = { email: 'Kim@example.com', username: 'kim' },
      { issuer = 'https://grafana.example/', audience = 'org:1', expires = '10m', other: forged = false } = {},
    ) =>
      new SignJWT({ ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: 'k1', typ: 'jwt' })
        .setSubject('user:7')
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(expires)
        .sign(forged ? other.privateKey : own.privateKey);
  });
  afterAll(() => new Promise((resolve) => keys.close(resolve)));

  const ask = async (idToken: string, headers = bearer(readToken)) => {
    await serve(testConfig(file, env));
    return get('/read', { ...headers, 'x-grafana-id': idToken });
  };

  it('a person gets their own rows', async () => {
    const answer = await ask(await sign());
    expect(answer.json()).toEqual({
      scope: 'self',
      write: false,
      personKey: 'u_kim',
      department: null,
      name: 'u_kim via SCE_READ_TOKEN',
    });
  });
  it('listed people get a department or the platform', async () => {
    expect((await ask(await sign({ email: 'lead@example.com' }))).json()).toMatchObject({
      scope: 'department',
      department: 'Biostatistics',
      personKey: 'u_lead',
    });
    await app.close();
    expect((await ask(await sign({ email: 'ROOT@example.com' }, { audience: 'org:2' }))).json()).toMatchObject({
      scope: 'platform',
    });
  });
  it('without an identity, or with one of a service account, the token’s own scope holds', async () => {
    expect((await ask('')).json()).toMatchObject({ scope: 'aggregate', personKey: null });
    await app.close();
    expect((await ask(await sign({ username: 'sa-1-x' }))).json()).toMatchObject({
      scope: 'aggregate',
      personKey: null,
    });
  });
  it('a person keeps what is theirs where the token gives up its own', async () => {
    const shared = { ...bearer(readToken), 'x-sce-scope-without-person': 'aggregate' };
    expect((await ask(await sign(), shared)).json()).toMatchObject({ scope: 'self', personKey: 'u_kim' });
    await app.close();
    expect((await ask(await sign({ email: 'root@example.com' }), shared)).json()).toMatchObject({ scope: 'platform' });
  });
  it('alone it opens nothing', async () => {
    const idToken = await sign();
    expect((await ask(idToken, {} as never)).statusCode).toBe(401);
    await app.close();
    expect((await ask(idToken, bearer(writeToken))).statusCode).toBe(403);
  });
  it.each<[string, () => Promise<string>]>([
    ['another issuer', () => sign(undefined, { issuer: 'https://evil.example/' })],
    ['another organisation', () => sign(undefined, { audience: 'org:3' })],
    ['an expired one', () => sign(undefined, { expires: Math.floor(Date.now() / 1000) - 60 })],
    ['another key under the same id', () => sign(undefined, { other: true })],
    [
      'alg none',
      async () =>
        new UnsecuredJWT({ email: 'root@example.com' })
          .setIssuer('https://grafana.example/')
          .setAudience('org:1')
          .setExpirationTime('10m')
          .encode(),
    ],
    [
      'HS256 with the public key',
      async () =>
        new SignJWT({ email: 'root@example.com' })
          .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
          .setIssuer('https://grafana.example/')
          .setAudience('org:1')
          .setExpirationTime('10m')
          .sign(Buffer.alloc(32, 1)),
    ],
    ['no token at all', async () => 'forged'],
  ])('%s is refused', async (_, make) => {
    const answer = await ask(await make());
    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toMatchObject({ code: 'UNAUTHENTICATED' });
  });
  it('keys that cannot be fetched are not the caller’s fault', async () => {
    const closed = structuredClone(file) as { access: { grafana: { jwks_url: string } } };
    closed.access.grafana.jwks_url = 'http://127.0.0.1:1/keys';
    await serve(testConfig(closed, env));
    expect((await get('/read', { ...bearer(readToken), 'x-grafana-id': await sign() })).statusCode).toBe(502);
  });
});
