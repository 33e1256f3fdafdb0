import fastify, { type FastifyInstance } from 'fastify';
import pino from 'pino';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig, parseFileConfig } from '../../ingestor/src/config.ts';
import { SceError } from '../../ingestor/src/errors.ts';
import { Pseudonymiser } from '../../ingestor/src/identity/pseudonym.ts';
import { addErrorHandlers } from '../../ingestor/src/routes/error-handler.ts';
import type { Row, Warehouse } from '../../ingestor/src/warehouse/warehouse.ts';
import { useWarehouse } from '../support/warehouse.ts';
import { eventsSource } from '../../ingestor/src/sources/events/source.ts';

const logged: string[] = [];
const stream = { write: (line: string) => void logged.push(line) };
const log = pino({ level: 'trace' }, stream);
const privacy = parseFileConfig({}, 'test').privacy;
const pseudonymiser = new Pseudonymiser({ key: Buffer.alloc(32, 7), privacy });

let warehouse: Warehouse;
let app: FastifyInstance;
beforeAll(async () => {
  warehouse = await useWarehouse({ migrations: eventsSource.migrations });
});
beforeEach(async () => {
  await warehouse.reader.execute('truncate table platform_events');
});
afterEach(() => app.close());

async function serve(events: Record<string, unknown> = {}, through: Warehouse = warehouse): Promise<void> {
  const file = parseFileConfig({ events }, 'test');
  app = fastify({ logger: { level: 'trace', stream } });
  addErrorHandlers(app);
  await eventsSource.register(app, { config: { ...loadConfig({}), ...file }, warehouse: through, pseudonymiser, log });
}

const post = (body: unknown, type = 'application/json') =>
  app.inject({
    method: 'POST',
    url: '/api/v1/events',
    headers: { 'content-type': type },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  });

async function stored(): Promise<Row[]> {
  await warehouse.settle(['platform_events']);
  return warehouse.reader.rows('select * from platform_events order by timestamp, kind');
}

const at = '2026-10-01T07:12:03Z';
const visit = { id: 'v1', kind: 'visit', at, user: 'Kim.Meier@example.com', workspace: { podUid: 'uid-1' } };

describe('what is stored', () => {
  it('a deletion with everything it can say', async () => {
    await serve();
    const answer = await post([
      {
        kind: 'workspace_deleted',
        at,
        source: 'launcher',
        user: 'kim.meier',
        workspace: {
          cluster: 'prod',
          namespace: 'hub',
          pod: 'jupyter-kim',
          podUid: 'uid-1',
          user: 'kim.meier',
          serverName: '',
          sessionId: 's-1',
        },
        by: { type: 'rule', rule: 'cull-30d', actingFor: 'KIM.MEIER' },
        image: 'registry.example.com/r:4',
        runtime: { r: '4.4.1' },
      },
    ]);
    expect([answer.statusCode, answer.json()]).toEqual([200, { accepted: 1 }]);
    const person = pseudonymiser.person('kim.meier');
    expect(await stored()).toEqual([
      expect.objectContaining({
        timestamp: new Date(at), source: 'launcher', kind: 'workspace_deleted', component: 'interactive', person, is_bot: false,
        cluster: 'prod', namespace: 'hub', uid: 'uid-1', server_user: person, server_name: '', actor_type: 'rule', rule: 'cull-30d',
        acting_for: person, r_version: '4.4.1', image: 'registry.example.com/r:4',
        pod: pseudonymiser.label('kube_pod_info', 'pod', 'jupyter-kim'),
        session: pseudonymiser.label('kube_pod_annotations', 'annotation_name', 's-1'),
      }), // prettier-ignore
    ]);
  });

  it('monitors and bots, flagged', async () => {
    await serve({ monitor_users: ['Synthetic@example.com'] });
    const visits = [
      { userAgent: 'Datadog/Synthetics 1.0' },
      { userAgent: 'Googlebot/2.1' },
      { bot: true },
      { user: 'synthetic' },
      { userAgent: 'Mozilla/5.0 (robotics lab)' },
      { userAgent: 'Mozilla/5.0', user: 'abbot' },
    ].map((changes, index) => ({ ...visit, id: `b${index}`, at: `2026-10-01T07:0${index}:00Z`, ...changes }));
    expect((await post(visits)).statusCode).toBe(200);
    expect((await stored()).map(({ is_bot }) => is_bot)).toEqual([true, true, true, true, false, false]);
  });

  it('one row for an event, however often and in whatever form it comes', async () => {
    await serve();
    const nameless = { ...visit, id: undefined };
    await post([visit, visit]);
    await post(visit);
    await post(`${JSON.stringify(visit)}\n`, 'application/x-ndjson; charset=utf-8');
    await post([nameless, nameless]);
    await post([
      { ...visit, id: 'v2' },
      { ...visit, source: 'gateway' },
    ]);
    expect(await stored()).toHaveLength(4);
  });
});

describe('a bad event', () => {
  it('does not keep the good ones out, and is named', async () => {
    await serve();
    const answer = await post([visit, { ...visit, at: 'meierk' }, { kind: 'login', at, user: 'a' }, 'meierk']);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({
      code: 'WRITE_REJECTED',
      details: {
        accepted: 2,
        rejectedTotal: 2,
        rejected: [{ index: 1, reason: expect.stringContaining('/at') }, { index: 3 }],
      },
    });
    expect(await stored()).toHaveLength(2);
  });

  it('in great number: the first hundred are listed, all are counted', async () => {
    await serve();
    const { details } = (await post(Array.from({ length: 150 }, () => 1))).json<{
      details: { rejectedTotal: number; rejected: [] };
    }>();
    expect([details.rejectedTotal, details.rejected.length]).toEqual([150, 100]);
  });
});

it.each([
  ['not JSON', '{', 'application/json', 400, 'BAD_REQUEST'],
  ['empty', '', 'application/json', 400, 'BAD_REQUEST'],
  ['another language', '<a/>', 'text/xml', 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ['too many events', '[1,2,3]', 'application/json', 413, 'BODY_TOO_LARGE'],
  ['too large', `[${' '.repeat(2000)}]`, 'application/json', 413, 'BODY_TOO_LARGE'],
])('%s is refused', async (_, body, type, status, code) => {
  await serve({ max_events: 2, max_body_bytes: 1024 });
  const answer = await post(body, type);
  expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([status, code]);
});

it('an empty list is fine', async () => {
  await serve();
  expect((await post([])).json()).toEqual({ accepted: 0 });
});

it('too many requests are told when to come back', async () => {
  await serve({ requests_per_minute: 2 });
  const answers = [await post([]), await post([]), await post([])];
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 429]);
  expect(answers[2]?.json()).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
  expect(Number(answers[2]?.headers['retry-after'])).toBeGreaterThan(0);
});

it('answers 503, not 200, when the warehouse does not acknowledge', async () => {
  const write = () => Promise.reject(new SceError('WAREHOUSE_UNAVAILABLE', 'QuestDB is away'));
  await serve({}, { ...warehouse, writer: { write, writeLines: write } });
  expect((await post([visit])).statusCode).toBe(503);
});

it('a pattern that is no regular expression is refused at the start', async () => {
  await expect(serve({ monitor_user_agents: ['('] })).rejects.toThrow('events.monitor_user_agents: "("');
});

it('no name reaches a table, a log line or an answer', async () => {
  await serve();
  logged.length = 0;
  const name = 'plantedname';
  const workspace = { namespace: 'hub', pod: `jupyter-${name}`, user: name, serverName: name, sessionId: `${name}-1` };
  const mail = `${name}@example.com`;
  const by = { type: 'user', user: mail, actingFor: name, rule: `asked by ${mail}` };
  const good = [
    {
      id: `${name}-1`,
      kind: 'visit',
      at,
      user: mail,
      workspace,
      path: `/user/${name}/lab`,
      userAgent: `${name}-script/1.0`,
    },
    { id: `${name}-2`, kind: 'workspace_deleted', at, user: name, workspace, by, image: `registry/home/${name}:1` },
    { kind: 'login', at, user: `CORP\\${name}` },
  ];
  const bad = [
    { kind: name, at },
    { kind: 'login', at, [name]: 1, user: name },
    { kind: 'login', at: name, user: name },
    { kind: 'login', at, user: `${name}\u0000` },
    { kind: 'visit', at, user: name, activity: name },
    name,
  ];
  const answers = [
    await post(good),
    await post(bad),
    await post(`{${name}`),
    await post(`${name}\n`, 'application/x-ndjson'),
  ];
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 400, 400, 400]);
  const rows = await stored();
  expect(rows).toHaveLength(3);
  expect(logged.length).toBeGreaterThan(0);
  const everything = JSON.stringify(
    [rows, logged, answers.map(({ body, headers }) => [body, headers])],
    (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
  );
  expect(everything.toLowerCase()).not.toContain(name);
});
