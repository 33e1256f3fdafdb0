import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Catalog, QueryResponse } from '../../ingestor/src/contract/index.ts';
import { IngestorProcess } from '../support/ingestor-process.ts';
import {
  holds,
  plantedAudit,
  plantedEvents,
  plantedFeeds,
  plantedSeries,
  plantedUser,
} from '../support/planted-person.ts';
import { poll } from '../support/poll.ts';
import { searchFiles, searchTables } from '../support/name-search.ts';
import { request, type Protocol } from '../support/remote-write/send.ts';
import { FAKE_HUB_TOKEN, startFakeHub, type FakeHub } from '../support/fakes/jupyterhub.ts';

const run = promisify(execFile);
const command = fileURLToPath(new URL('../../ingestor/bin/sce-voice.js', import.meta.url));
const user = plantedUser;
const tokens = { read: 'read-token-0123456789', write: 'write-token-0123456789', self: 'self-token-0123456789' };
const now = Date.now();
const minute = 60_000;
const answers: string[] = [];

let ingestor: IngestorProcess;
let hub: FakeHub;
let outside: string;
let cliToken = '';

async function call(path: string, init: RequestInit = {}, token = tokens.write): Promise<Response> {
  const response = await fetch(ingestor.url + path, {
    ...init,
    headers: { authorization: `Bearer ${token}`, ...(init.headers as Record<string, string>) },
  });
  const text = Buffer.from(await response.clone().arrayBuffer()).toString('latin1');
  answers.push(`${path} ${response.status}: ${text} ${JSON.stringify([...response.headers])}`);
  return response;
}
const json = (path: string, body: unknown, token?: string): Promise<Response> =>
  call(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }, token);

async function send(protocol: Protocol): Promise<number> {
  const { headers, payload } = request(protocol, plantedSeries(now), [
    { type: 1, metricFamilyName: 'http_requests_total', help: 'Requests.', unit: '' },
  ]);
  return (await call('/api/v1/write', { method: 'POST', headers, body: new Uint8Array(payload) })).status;
}

beforeAll(async () => {
  outside = await mkdtemp(join(tmpdir(), 'sce-voice-hr-'));
  hub = await startFakeHub([
    {
      name: user,
      servers: {
        '': {
          started: new Date(now - 30 * minute).toISOString(),
          last_activity: new Date(now - minute).toISOString(),
          state: { pod_name: `jupyter-${user}` },
        },
      },
    },
  ]);
  const feeds = plantedFeeds();
  await writeFile(join(outside, 'people.csv'), feeds.people);
  await writeFile(join(outside, 'broken.csv'), feeds.broken);
  await writeFile(join(outside, 'hub-token'), FAKE_HUB_TOKEN);
  const feed = (name: string) => ({
    name,
    kind: 'csv',
    path: join(outside, `${name}.csv`),
    watch: false,
    schedule: '0 0 1 1 *',
  });
  ingestor = await IngestorProcess.start({
    config: {
      hr: { feeds: [feed('people'), feed('broken')], access_groups: ['users'] },
      jupyterhub: {
        hubs: [
          { name: 'main', url: hub.url, token_file: join(outside, 'hub-token'), cluster: 'prod', namespace: 'hub' },
        ],
      },
      marts: { interval_seconds: 10 },
      access: { tokens: [{ name: 'self', token_env: 'T_SELF', scope: 'self', person: user }] },
    },
    env: { SCE_LOG_LEVEL: 'trace', SCE_READ_TOKEN: tokens.read, SCE_WRITE_TOKEN: tokens.write, T_SELF: tokens.self },
  });
  cliToken = (
    JSON.parse((await run('cat', [join(ingestor.dataDir, 'credentials.json')])).stdout) as { cli_token: string }
  ).cli_token;
  expect(await send('1.0')).toBeLessThan(500);
  expect(await send('2.0')).toBeLessThan(500);
  await json('/api/v1/events', plantedEvents(now));
  // Refused ones may not be quoted either.
  await json('/api/v1/events', [
    { kind: user, at: now, user },
    { kind: 'visit', at: user, user },
    { kind: 'visit', at: now, user, [user]: 1 },
  ]);
  await call('/api/v1/events', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"user": ${user}`,
  });
  await json('/api/v1/kubernetes-audit?cluster=prod', plantedAudit(now));
  for (const source of ['hr', 'jupyterhub'])
    expect(await (await call(`/api/v1/poll/${source}`, { method: 'POST' }, cliToken)).text()).toContain('"ok"');
  // Bad requests with names in them: unknown routes, parameters of views, broken bodies.
  // The answer quotes the caller's own path; the log must not.
  await fetch(`${ingestor.url}/user/${user}/lab`);
  await call('/api/v1/write', {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' },
    body: user,
  });
  const warehouse = ingestor.warehouse();
  await poll(
    'the marts to know the container',
    async () => (await warehouse.reader.rows('select 1 from containers where user_key is not null limit 1')).length > 0,
    { timeoutMs: 120_000 },
  );
  // Visits alone make days of people: those of containers and volumes come with the raw samples.
  for (const table of ['user_days', 'container_usage_1d', 'volume_usage_1d'])
    await poll(
      `the marts to know the day in ${table}`,
      async () => (await warehouse.reader.rows(`select 1 from ${table} limit 1`)).length > 0,
      { timeoutMs: 120_000 },
    );
  await warehouse.close();
}, 300_000);

afterAll(async () => {
  await hub.close();
  await ingestor.remove();
  await rm(outside, { recursive: true, force: true });
});

describe('names that must not be there', () => {
  it('arrived: the same person everywhere, by one key', async () => {
    const warehouse = ingestor.warehouse();
    const one = async (sql: string): Promise<unknown> =>
      Object.values((await warehouse.reader.rows<Record<string, unknown>>(sql))[0] ?? {})[0];
    const person = await one('select user_key from containers where user_key is not null');
    expect(person).toMatch(/^u_[0-9a-f]{16}$/);
    for (const sql of [
      `select count() from people where person_key = '${String(person)}'`,
      `select count() from platform_events where person = '${String(person)}'`,
      `select count() from kubernetes_audit where impersonated = '${String(person)}'`,
      `select count() from user_days where user_key = '${String(person)}'`,
      'select count() from samples',
      'select count() from exemplars',
      'select count() from ingest_rejections',
      'select count() from volume_usage_1d',
    ])
      expect(Number(await one(sql)), sql).toBeGreaterThan(0);
    await warehouse.close();
  });

  it('in no text of any table', async () => {
    const warehouse = ingestor.warehouse();
    const { columns, found } = await searchTables(warehouse);
    expect(columns).toBeGreaterThan(100);
    expect(found).toEqual([]);
    await warehouse.close();
  });

  it('in no answer, metric, catalogue or format of a view, and no error message', async () => {
    await call('/metrics');
    await call('/documentation/json');
    const { views } = (await (await call('/api/v1/catalog', {}, tokens.read)).json()) as Catalog;
    expect(views.length).toBeGreaterThan(4);
    const range = { from: new Date(now - 7 * 86_400_000).toISOString(), to: new Date(now + 86_400_000).toISOString() };
    let rows = 0;
    for (const { id } of views)
      for (const token of [tokens.read, tokens.self, cliToken]) {
        const response = await json('/api/v1/query', { queries: [{ refId: 'A', view: id }], range }, token);
        const answer = ((await response.json()) as QueryResponse).results['A'];
        if (answer && 'rows' in answer) rows += answer.rows.length;
        await call(
          '/api/v1/query',
          {
            method: 'POST',
            headers: { 'content-type': 'application/json', accept: 'application/vnd.apache.arrow.file' },
            body: JSON.stringify({ queries: [{ refId: 'A', view: id }], range }),
          },
          token,
        );
      }
    expect(rows).toBeGreaterThan(5);
    const env = {
      T_SELF: tokens.self,
      PATH: process.env['PATH'] ?? '',
      SCE_HTTP_PORT: new URL(ingestor.url).port,
      SCE_DATA_DIR: ingestor.dataDir,
      SCE_CONFIG: join(ingestor.dataDir, 'sce-voice.yaml'),
    };
    for (const format of ['csv', 'table', 'json']) {
      const { stdout, stderr } = await run(process.execPath, [command, 'view', 'data-quality', '--format', format], {
        env,
        cwd: ingestor.dataDir,
      });
      answers.push(stdout + stderr);
    }
    const found = answers.flatMap((answer) =>
      holds(answer).map(
        (trace) =>
          `${trace} in ${answer.slice(0, 120)} … ${answer.slice(Math.max(0, answer.toLowerCase().indexOf(trace) - 60), answer.toLowerCase().indexOf(trace) + 40)}`,
      ),
    );
    expect(found).toEqual([]);
  });

  it('in no log, and no file but the private one of names', async () => {
    expect(ingestor.child.output.length).toBeGreaterThan(100);
    const at = ingestor.child.output.toLowerCase();
    expect(holds(at).map((trace) => at.slice(Math.max(0, at.indexOf(trace) - 300), at.indexOf(trace) + 60))).toEqual(
      [],
    );
    const inside = (await searchFiles(ingestor.dataDir))
      .map((file) => file.slice(ingestor.dataDir.length + 1))
      .filter((file) => file !== 'sce-voice.yaml');
    expect(inside).toEqual(['names/people.json']);
    for (const name of await readdir(join(ingestor.dataDir, 'names')))
      expect((await stat(join(ingestor.dataDir, 'names', name))).mode & 0o777).toBe(0o600);
  }, 120_000);
});
