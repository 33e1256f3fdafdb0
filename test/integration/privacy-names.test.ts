import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Catalog, QueryResponse } from '../../ingestor/src/contract/index.ts';
import { IngestorProcess } from '../support/ingestor-process.ts';
import { poll } from '../support/poll.ts';
import { request, type Protocol } from '../support/remote-write/send.ts';
import type { SeriesInput } from '../support/remote-write/encode.ts';
import { FAKE_HUB_TOKEN, startFakeHub, type FakeHub } from '../support/fakes/jupyterhub.ts';

const run = promisify(execFile);
const command = fileURLToPath(new URL('../../ingestor/bin/sce-voice.js', import.meta.url));
/** Every planted name holds one of these; nothing else does. */
const traces = ['quatermass', 'zebulon', 'wintergreen'];
const user = 'zquatermass';
const email = 'zebulon.quatermass@example.com';
const tokens = { read: 'read-token-0123456789', write: 'write-token-0123456789', self: 'self-token-0123456789' };
const now = Date.now();
const minute = 60_000;
const answers: string[] = [];

let ingestor: IngestorProcess;
let hub: FakeHub;
let outside: string;
let cliToken = '';

const holds = (text: string): string[] => traces.filter((trace) => text.toLowerCase().includes(trace));

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

/** Series as kube-state-metrics, cAdvisor, the kubelet, a hub and an application send them, with a person in every place we know of. */
function series(): SeriesInput[] {
  const uid = '5f0c7a52-0000-4000-8000-000000000001';
  const pod = `jupyter-${user}`;
  const common = { cluster: 'prod', namespace: 'hub', job: 'kube-state-metrics', instance: '10.0.0.1:8080' };
  const ofPod = { ...common, pod, uid };
  const every = (value: (index: number) => number) =>
    Array.from({ length: 40 }, (_, index) => ({ timestamp: now - (40 - index) * minute, value: value(index) }));
  const gauge = (name: string, labels: Record<string, string>, value = 1): SeriesInput => ({
    labels: { __name__: name, ...labels },
    samples: every(() => value),
  });
  const cadvisor = {
    cluster: 'prod',
    namespace: 'hub',
    job: 'kubelet',
    node: 'node-1',
    pod,
    container: 'notebook',
    image: 'registry.example.com/sce:4.4',
    id: `/kubepods/pod${uid}/c1`,
    name: `k8s_notebook_${pod}_hub_${uid}_0`,
  };
  return [
    gauge('kube_pod_info', {
      ...ofPod,
      node: 'node-1',
      created_by_kind: 'User',
      created_by_name: user,
      host_ip: '10.0.0.9',
    }),
    gauge('kube_pod_created', ofPod, (now - 60 * minute) / 1000),
    gauge('kube_pod_status_phase', { ...ofPod, phase: 'Running' }),
    gauge('kube_pod_owner', {
      ...ofPod,
      owner_kind: 'StatefulSet',
      owner_name: `session-${user}`,
      owner_is_controller: 'true',
    }),
    gauge('kube_pod_annotations', {
      ...ofPod,
      annotation_hub_jupyter_org_username: user,
      annotation_owner_mail: email,
      annotation_note: 'for Zebulon Quatermass',
    }),
    gauge('kube_pod_labels', {
      ...ofPod,
      label_hub_jupyter_org_username: user,
      label_component: 'singleuser-server',
      label_app: 'jupyterhub',
      label_user: 'Zebulon-Quatermass',
    }),
    gauge('kube_pod_container_info', {
      ...ofPod,
      container: 'notebook',
      image: 'registry.example.com/sce:4.4',
      image_id: '',
      container_id: 'containerd://c1',
    }),
    gauge(
      'kube_pod_container_resource_requests',
      { ...ofPod, container: 'notebook', node: 'node-1', resource: 'cpu', unit: 'core' },
      4,
    ),
    gauge('kube_persistentvolumeclaim_info', {
      ...common,
      persistentvolumeclaim: `claim-${user}`,
      storageclass: 'fast',
    }),
    gauge('kubelet_volume_stats_used_bytes', { ...common, persistentvolumeclaim: `claim-${user}` }, 1e9),
    gauge('kube_job_info', { ...common, job_name: `report-${user}-1` }),
    {
      labels: { __name__: 'container_cpu_usage_seconds_total', ...cadvisor, cpu: 'total' },
      samples: every((index) => index * 90),
    },
    gauge('container_memory_working_set_bytes', cadvisor, 1e9),
    gauge('jupyterhub_server_activity', { job: 'hub', user, username: user, email, server: `/user/${user}/` }),
    gauge('http_requests_total', {
      job: 'proxy',
      path: `/user/${user}/lab`,
      url: `https://hub.example.com/user/${user}/lab?mail=${email}`,
      handler: `/home/${user}/work/x.R`,
      uri: `/~${user}/`,
      route: `/u/${user}`,
    }),
    gauge('node_directory_size_bytes', {
      job: 'du',
      directory: `/home/${user}`,
      mountpoint: `/mnt/home/${user}`,
      owner: user,
    }),
    {
      labels: { __name__: 'request_seconds_bucket', job: 'proxy', le: '1' },
      samples: every((index) => index),
      exemplars: [
        {
          labels: { trace_id: 'abc', user, user_email: email, path: `/home/${user}/a` },
          value: 0.5,
          timestamp: now - minute,
        },
      ],
    },
    // Refused: too old, with a person in the labels.
    { labels: { __name__: 'old_metric', job: 'proxy', user, pod }, samples: [{ timestamp: 1000, value: 1 }] },
  ];
}

async function send(protocol: Protocol): Promise<number> {
  const { headers, payload } = request(protocol, series(), [
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
  const header =
    'person_id,username,email,display_name,department,title,role,location,time_zone,manager_id,active,joined_on,groups';
  const people = [
    `E1,${user},${email},Zebulon Quatermass,A,Scientist,Scientist,Lyon,Europe/Paris,E2,true,2020-01-01,users`,
    'E2,pwintergreen,prudence.wintergreen@example.com,Prudence Wintergreen,A,Lead,Lead,Lyon,Europe/Paris,,true,2019-01-01,users',
    ...Array.from(
      { length: 200 },
      (_, index) =>
        `P${index},person${index},p${index}@example.com,Person ${index},B,Scientist,Scientist,Lyon,Europe/Paris,E2,true,2020-01-01,users`,
    ),
    // A row that cannot be read, and a manager nobody knows.
    ',,,Zebulon Quatermass the Younger,A,,,,,,true,,',
    'E9,person9x,p9x@example.com,Person 9x,B,Scientist,Scientist,Lyon,Europe/Paris,"cn=Wintergreen, Prudence",true,2020-01-01,users',
  ];
  await writeFile(join(outside, 'people.csv'), [header, ...people.map((line) => line)].join('\n'));
  await writeFile(join(outside, 'broken.csv'), `${header}\n"E1,${user},"Zebulon" Quatermass,${email}\n`);
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
  await json('/api/v1/events', [
    {
      kind: 'visit',
      at: now - minute,
      user: email,
      workspace: { cluster: 'prod', namespace: 'hub', pod: `jupyter-${user}`, user },
      path: `/home/${user}/x.R`,
      userAgent: `Zebulon's browser`,
    },
    { kind: 'login', at: now - 2 * minute, user: ` ${user.toUpperCase()} ` },
    {
      kind: 'workspace_deleted',
      at: now - minute,
      user,
      workspace: { serverName: user, user },
      by: { type: 'user', user: 'pwintergreen', actingFor: email },
    },
    { kind: 'visit', at: now - minute, user, workspace: { sessionId: `session-${user}` } },
  ]);
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
  await json('/api/v1/kubernetes-audit?cluster=prod', {
    kind: 'EventList',
    apiVersion: 'audit.k8s.io/v1',
    metadata: {},
    items: ['delete', 'create'].map((verb, index) => ({
      auditID: `a${index}`,
      stage: 'ResponseComplete',
      verb,
      user: { username: `oidc:${email}`, groups: [`team-${user}`], extra: { name: ['Zebulon'] } },
      impersonatedUser: { username: user },
      sourceIPs: ['10.1.1.1'],
      userAgent: `${user}-script/1.0`,
      requestURI: `/api/v1/namespaces/hub/pods/jupyter-${user}`,
      objectRef: { resource: 'pods', namespace: 'hub', name: `jupyter-${user}` },
      responseStatus: { code: 200 },
      annotations: { 'authorization.k8s.io/reason': `allowed to User "${user}"` },
      requestReceivedTimestamp: new Date(now - minute).toISOString(),
    })),
  });
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
    const columns = await warehouse.reader
      .rows<{ table_name: string; column_name: string; data_type: string }>(
        'select table_name, column_name, data_type from information_schema.columns()',
      )
      .catch(async () => {
        const tables = await warehouse.reader.rows<{ table_name: string }>('select table_name from tables()');
        const all = await Promise.all(
          tables.map(async ({ table_name: table }) =>
            (await warehouse.reader.query(`select * from "${table}" limit 1`)).columns.map(({ name, type }) => ({
              table_name: table,
              column_name: name,
              data_type: type,
            })),
          ),
        );
        return all.flat();
      });
    const texts = columns.filter(({ data_type: type }) => /char|symbol|string|text/i.test(type));
    expect(texts.length).toBeGreaterThan(100);
    const found: string[] = [];
    for (const [table, own] of groupByTable(texts)) {
      const rows = await warehouse.reader.query(`select ${own.map((name) => `"${name}"`).join(', ')} from "${table}"`);
      const text = JSON.stringify(rows.rows);
      for (const trace of holds(text))
        found.push(
          `${table}: ${trace} in ${text.slice(Math.max(0, text.toLowerCase().indexOf(trace) - 80), text.toLowerCase().indexOf(trace) + 40)}`,
        );
    }
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
    const files: string[] = [];
    // SYMBOL columns are UTF-16 on disk, VARCHAR and logs UTF-8: every byte that was ever written is looked at.
    for (const trace of traces)
      for (const pattern of [trace, Array.from(trace).join('\\x00')]) {
        const { stdout } = await run('grep', ['-rlaisP', pattern, ingestor.dataDir], {
          env: { LC_ALL: 'C', PATH: process.env['PATH'] ?? '' },
          maxBuffer: 1e7,
        }).catch((error: unknown) => {
          // 1: nothing found; 2: a file went away meanwhile (QuestDB compacts).
          return { stdout: (error as { stdout?: string }).stdout ?? '' };
        });
        files.push(...stdout.split('\n').filter((file) => file !== ''));
      }
    const inside = [...new Set(files)]
      .map((file) => file.slice(ingestor.dataDir.length + 1))
      .filter((file) => file !== 'sce-voice.yaml');
    expect(inside).toEqual(['names/people.json']);
    for (const name of await readdir(join(ingestor.dataDir, 'names')))
      expect((await stat(join(ingestor.dataDir, 'names', name))).mode & 0o777).toBe(0o600);
  }, 120_000);
});

function groupByTable(columns: readonly { table_name: string; column_name: string }[]): Map<string, string[]> {
  const tables = new Map<string, string[]>();
  for (const { table_name: table, column_name: column } of columns)
    tables.set(table, [...(tables.get(table) ?? []), column]);
  return tables;
}
