import fastify, { type FastifyInstance } from 'fastify';
import pino from 'pino';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { loadConfig, parseFileConfig } from '../../ingestor/src/config.ts';
import { Pseudonymiser } from '../../ingestor/src/identity/pseudonym.ts';
import { addErrorHandlers } from '../../ingestor/src/routes/error-handler.ts';
import { actingForPattern } from '../../ingestor/src/warehouse/kubernetes-actors.ts';
import type { Row, Warehouse } from '../../ingestor/src/warehouse/warehouse.ts';
import { useWarehouse } from '../support/warehouse.ts';
import { kubernetesAuditSource } from '../../ingestor/src/sources/kubernetes-audit/source.ts';

const logged: string[] = [];
const stream = { write: (line: string) => void logged.push(line) };
const log = pino({ level: 'trace' }, stream);
const defaults = parseFileConfig({}, 'test');
const pseudonymiser = new Pseudonymiser({ key: Buffer.alloc(32, 7), privacy: defaults.privacy });

let warehouse: Warehouse;
let app: FastifyInstance;
beforeAll(async () => {
  warehouse = await useWarehouse({ migrations: kubernetesAuditSource.migrations });
});
beforeEach(async () => {
  await warehouse.reader.execute('truncate table kubernetes_audit');
  await serve();
});
afterEach(() => app.close());

async function serve(settings: Record<string, unknown> = {}): Promise<void> {
  const file = parseFileConfig({ kubernetes_audit: settings }, 'test');
  app = fastify({ logger: { level: 'trace', stream } });
  addErrorHandlers(app);
  await kubernetesAuditSource.register(app, { config: { ...loadConfig({}), ...file }, warehouse, pseudonymiser, log });
}

const post = (items: unknown, query = '?cluster=prod') =>
  app.inject({
    method: 'POST',
    url: `/api/v1/kubernetes-audit${query}`,
    payload: { kind: 'EventList', apiVersion: 'audit.k8s.io/v1', metadata: {}, items } as object,
  });

const deletion = (auditID: string, username: string, changes: Record<string, unknown> = {}) => ({
  auditID,
  stage: 'ResponseComplete',
  verb: 'delete',
  user: { username },
  objectRef: { resource: 'pods', namespace: 'hub', name: 'jupyter-meierk' },
  responseStatus: { code: 200 },
  requestReceivedTimestamp: '2026-10-01T07:12:03.123456Z',
  ...changes,
});

async function stored(): Promise<Row[]> {
  await warehouse.settle(['kubernetes_audit']);
  return warehouse.reader.rows('select * from kubernetes_audit order by audit_id');
}

it('keeps who did it: accounts of the system as they are, people as person keys', async () => {
  const answer = await post([
    deletion('a', 'system:serviceaccount:hub:hub', { userAgent: 'OpenAPI-Generator/29.0.0/python' }),
    deletion('b', 'oidc:Kim.Meier@example.com', { userAgent: 'kubectl/v1.31.0 (linux/amd64)' }),
    deletion('c', 'system:node:worker-1', { userAgent: 'kubelet/v1.31.0' }),
    deletion('d', 'admin', { impersonatedUser: { username: 'kim.meier' }, userAgent: 'kims-script/1' }),
    deletion('e', 'system:kube-scheduler'),
    deletion('f', 'a', { verb: 'get' }),
    deletion('', 'a'),
  ]);
  expect(answer.json()).toEqual({ kept: 5, ignored: 1, invalid: 1 });
  const person = pseudonymiser.person('kim.meier');
  const rows = await stored();
  expect(rows.map(({ actor, actor_type, impersonated, client }) => [actor, actor_type, impersonated, client])).toEqual([
    ['system:serviceaccount:hub:hub', 'service_account', null, 'openapi-generator'],
    [person, 'person', null, 'kubectl'],
    ['system:node:worker-1', 'node', null, 'kubelet'],
    [pseudonymiser.person('admin'), 'person', person, 'other'],
    ['system:kube-scheduler', 'system', null, null],
  ]);
  expect(rows[0]).toMatchObject({
    cluster: 'prod',
    namespace: 'hub',
    pod: pseudonymiser.label('kube_pod_info', 'pod', 'jupyter-meierk'),
  });
});

it('is the same row when the API server repeats a batch', async () => {
  await post([deletion('a', 'x'), deletion('a', 'x')]);
  await post([deletion('a', 'x')]);
  await post([deletion('a', 'x')], '?cluster=other');
  expect(await stored()).toHaveLength(2);
});

it('keeps only the annotations that are configured', async () => {
  const annotations = {
    'authorization.k8s.io/reason': 'allowed to User "meierk"',
    'example.com/why': 'idle, told k@example.com',
  };
  await post([deletion('a', 'x', { annotations })]);
  await app.close();
  await serve({ annotations: ['example.com/why'] });
  await post([deletion('b', 'x', { annotations })]);
  expect((await stored()).map((row) => row['annotations'])).toEqual([
    null,
    JSON.stringify({ 'example.com/why': `idle, told ${pseudonymiser.person('k@example.com')}` }),
  ]);
});

it.each([
  ['another list', { kind: 'PodList', apiVersion: 'v1', items: [] }, ''],
  ['two clusters', { kind: 'EventList', apiVersion: 'audit.k8s.io/v1', items: [] }, '?cluster=a&cluster=b'],
  [
    'a cluster that is too long',
    { kind: 'EventList', apiVersion: 'audit.k8s.io/v1', items: [] },
    `?cluster=${'a'.repeat(129)}`,
  ],
])('%s is refused', async (_, payload, query) => {
  const answer = await app.inject({ method: 'POST', url: `/api/v1/kubernetes-audit${query}`, payload });
  expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([400, 'BAD_REQUEST']);
});

it('acting-for accounts are recognised when reading', async () => {
  const accounts = [...defaults.kubernetes_audit.acting_for_accounts, 'launcher-bot'];
  await post([
    deletion('a', 'system:serviceaccount:hub:hub'),
    deletion('b', 'system:serviceaccount:posit-team:rstudio-launcher'),
    deletion('c', 'launcher-bot@example.com'),
    deletion('d', 'system:serviceaccount:hub:hub:x'),
    deletion('e', 'kim'),
    deletion('f', 'system:serviceaccount:ci:cleaner'),
  ]);
  await warehouse.settle(['kubernetes_audit']);
  const acting = async (pattern: string) =>
    (
      await warehouse.reader.rows<{ audit_id: string }>(
        'select audit_id from kubernetes_audit where actor ~ $1 order by audit_id',
        [pattern],
      )
    ).map(({ audit_id }) => audit_id);
  expect(await acting(actingForPattern(accounts, [], pseudonymiser))).toEqual(['a', 'b', 'c']);
  expect(await acting(actingForPattern([], [], pseudonymiser))).toEqual([]);
});

it('no name reaches a table, a log line or an answer', async () => {
  logged.length = 0;
  const name = 'plantedname';
  const answers = [
    await post([
      deletion('a', `oidc:${name}@example.com`, {
        requestURI: `/api/v1/namespaces/hub/pods/jupyter-${name}?labelSelector=user%3D${name}`,
        objectRef: { resource: 'pods', namespace: 'hub', name: `jupyter-${name}` },
        impersonatedUser: { username: name, extra: { mail: [`${name}@example.com`] } },
        userAgent: `${name}/1.0`,
        annotations: { 'authorization.k8s.io/reason': `RBAC: allowed to User "${name}"` },
        requestObject: { metadata: { labels: { user: name } } },
        responseObject: { metadata: { name } },
        sourceIPs: [name],
      }),
      deletion('', name),
      name,
    ]),
    await app.inject({ method: 'POST', url: '/api/v1/kubernetes-audit', payload: { kind: name } }),
    await app.inject({
      method: 'POST',
      url: '/api/v1/kubernetes-audit',
      headers: { 'content-type': 'application/json' },
      payload: `{${name}`,
    }),
  ];
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 400, 400]);
  const rows = await stored();
  expect(rows).toHaveLength(1);
  expect(logged.length).toBeGreaterThan(0);
  const everything = JSON.stringify([rows, logged, answers.map(({ body }) => body)], (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  expect(everything).not.toContain(name);
});
