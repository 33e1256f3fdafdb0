import fastify, { type FastifyInstance } from 'fastify';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig, parseFileConfig, type Config } from '../../../ingestor/src/config.ts';
import { Pseudonymiser } from '../../../ingestor/src/identity/pseudonym.ts';
import { eventsSource } from '../../../ingestor/src/sources/events/source.ts';
import { kubernetesAuditSource } from '../../../ingestor/src/sources/kubernetes-audit/source.ts';
import { brokenInvariants } from '../../../ingestor/src/warehouse/marts/check-invariants.ts';
import { MartRunner } from '../../../ingestor/src/warehouse/marts/runner.ts';
import type { QuestdbWarehouse } from '../../../ingestor/src/warehouse/questdb-warehouse.ts';
import { containerSamples, nodeSamples, storeRaw, type ContainerLife } from '../../bench/marts/raw.ts';
import { useWarehouse } from '../../support/warehouse.ts';

const config = parseFileConfig({}, 'test') as Config;
const pseudonymiser = new Pseudonymiser({ key: Buffer.alloc(32, 7), privacy: config.privacy });
const at = (time: string): Date => new Date(`2026-03-02T${time}Z`);
const hub = 'system:serviceaccount:jupyter:hub';

let warehouse: QuestdbWarehouse;
let app: FastifyInstance;

interface Ending {
  readonly name: string;
  readonly terminal?: ContainerLife['terminal'];
  /** Requests to the Kubernetes API at 11:00:20. */
  readonly audit?: readonly object[];
  readonly events?: readonly { readonly time?: string; readonly by: object }[];
  readonly expected: readonly [string, string | null];
}

const by = { user: { type: 'user' }, rule: { type: 'rule', rule: 'cull-30d' } };
const deletedBy = (username: string, more: object = {}): object => ({ verb: 'delete', user: { username }, ...more });
const evicted = { verb: 'create', user: { username: 'kim.meier' }, subresource: 'eviction' };

// From the strongest sign to none; each has weaker ones beside it.
const endings: readonly Ending[] = [
  {
    name: 'a terminal phase beats a platform event',
    terminal: { phase: 'Succeeded' },
    events: [{ by: by.user }],
    expected: ['completed', 'Succeeded'],
  },
  {
    name: 'killed for memory',
    terminal: { phase: 'Failed', terminatedReason: 'OOMKilled' },
    events: [{ by: by.user }],
    expected: ['oom', 'OOMKilled'],
  },
  {
    name: 'the status says Evicted',
    terminal: { phase: 'Failed', reason: 'Evicted' },
    events: [{ by: by.user }],
    expected: ['eviction', 'Evicted'],
  },
  {
    name: 'a drain beats a platform event',
    audit: [evicted, deletedBy(hub)],
    events: [{ by: by.user }],
    expected: ['eviction', 'evict request'],
  },
  {
    name: 'the cluster took it away',
    audit: [deletedBy('system:serviceaccount:kube-system:node-controller')],
    expected: ['eviction', 'deleted by the cluster'],
  },
  {
    name: 'a platform event beats the actor',
    audit: [deletedBy('kim.meier')],
    events: [{ by: by.rule }],
    expected: ['rule', 'cull-30d'],
  },
  {
    name: 'the hub deletes for a user, the platform says so',
    audit: [deletedBy(hub)],
    events: [{ by: by.user }],
    expected: ['user', 'platform event'],
  },
  {
    name: 'the nearer of two events',
    events: [{ time: '10:57:00', by: by.rule }, { by: by.user }],
    expected: ['user', 'platform event'],
  },
  {
    name: 'an event six minutes later decides nothing',
    audit: [deletedBy(hub)],
    events: [{ time: '11:06:30', by: by.user }],
    expected: ['unknown', null],
  },
  { name: 'a person through kubectl', audit: [deletedBy('kim.meier')], expected: ['user', 'request to Kubernetes'] },
  {
    name: 'somebody whom the hub impersonates',
    audit: [deletedBy(hub, { impersonatedUser: { username: 'kim.meier' } })],
    expected: ['user', 'request to Kubernetes'],
  },
  {
    name: 'a culler',
    audit: [deletedBy('system:serviceaccount:jupyter:idle-culler')],
    expected: ['rule', 'system:serviceaccount:jupyter:idle-culler'],
  },
  { name: 'the hub alone decides nothing', audit: [deletedBy(hub)], expected: ['unknown', null] },
  { name: 'the kubelet decides nothing', audit: [deletedBy('system:node:node-1')], expected: ['unknown', null] },
  { name: 'no sign at all', expected: ['unknown', null] },
];

const podOf = (index: number): string => `jupyter-person${index}`;

async function post(url: string, payload: object): Promise<void> {
  const answer = await app.inject({ method: 'POST', url, payload });
  if (answer.statusCode >= 300) throw new Error(`${url}: ${answer.statusCode} ${answer.body}`);
}

/** A container of a person that runs from ten to eleven. */
function life(pod: string, uid: string, person: string, more: Partial<ContainerLife> = {}): ContainerLife {
  return {
    pod: pseudonymiser.label('kube_pod_info', 'pod', pod),
    uid,
    from: at('10:00:00'),
    to: at('11:00:00'),
    stepSeconds: 60,
    requestCores: 2,
    annotations: { annotation_hub_jupyter_org_username: pseudonymiser.person(person) },
    ...more,
  };
}

beforeAll(async () => {
  warehouse = await useWarehouse();
  app = fastify();
  const context = {
    config: { ...loadConfig({}), ...config },
    warehouse,
    pseudonymiser,
    log: pino({ level: 'silent' }),
  };
  await eventsSource.register(app, context);
  await kubernetesAuditSource.register(app, context);
  const drained = (pod: string, second: string) => ({ pod, second });
  await storeRaw(warehouse, [
    ...nodeSamples('node-1', 64, 256, at('10:00:00'), at('13:00:00'), 60),
    ...endings.flatMap(({ terminal }, index) =>
      containerSamples(life(podOf(index), `uid-${index}`, `person${index}`, terminal ? { terminal } : {})),
    ),
    // Drained and started again on another node; stopped by the user and started again.
    ...[drained('jupyter-drained', 'uid-d2'), drained('jupyter-stopped', 'uid-s2')].flatMap(({ pod, second }) => [
      ...containerSamples(life(pod, second.replace('2', '1'), pod, { cores: () => 1 })),
      ...containerSamples(
        life(pod, second, pod, { from: at('11:30:00'), to: at('13:00:00'), node: 'node-2', cores: () => 0.02 }),
      ),
    ]),
    // Nobody collects events of Connect: its CPU stands for visits.
    ...containerSamples(
      life('connect-1', 'uid-c', 'connect', {
        to: at('13:00:00'),
        annotations: {},
        labels: { label_posit_team_component: 'connect-session' },
        cores: (time) => (time < at('10:10:00') ? 1 : 0),
      }),
    ),
  ]);
  const event = (kind: string, time: string, podUid: string, more: object): object => ({
    kind,
    at: at(time).toISOString(),
    source: 'portal',
    workspace: { cluster: 'test', namespace: 'jupyter', podUid },
    ...more,
  });
  await post('/api/v1/events', [
    ...endings.flatMap(({ events = [] }, index) =>
      events.map((said) => event('workspace_deleted', said.time ?? '11:00:30', `uid-${index}`, { by: said.by })),
    ),
    event('workspace_stopped', '11:00:30', 'uid-s1', { by: by.user }),
    event('visit', '10:05:00', 'uid-d1', { user: 'jupyter-drained' }),
    event('visit', '10:40:00', 'uid-d1', { user: 'jupyter-drained' }),
    event('visit', '12:10:00', 'uid-d2', { user: 'jupyter-drained' }),
  ]);
  const requests = [
    ...endings.flatMap(({ audit = [] }, index) => audit.map((request) => ({ pod: podOf(index), request }))),
    { pod: 'jupyter-drained', request: evicted },
  ];
  await post('/api/v1/kubernetes-audit?cluster=test', {
    kind: 'EventList',
    apiVersion: 'audit.k8s.io/v1',
    metadata: {},
    items: requests.map(({ pod, request }, index) => {
      const { subresource, ...more } = request as { subresource?: string };
      return {
        auditID: `audit-${index}`,
        stage: 'ResponseComplete',
        objectRef: { resource: 'pods', namespace: 'jupyter', name: pod, ...(subresource ? { subresource } : {}) },
        responseStatus: { code: 200 },
        requestReceivedTimestamp: at('11:00:20').toISOString(),
        ...more,
      };
    }),
  });
  await warehouse.settle(['platform_events', 'kubernetes_audit']);
  await new MartRunner({ warehouse, config }).run();
}, 120_000);

afterAll(() => app.close());

describe('who ended a container', () => {
  it.each(endings.map((ending, index) => ({ ...ending, index })))('$name', async ({ index, expected }) => {
    const [row] = await warehouse.reader.rows<{ ended_by: string; ended_reason: string | null; ended_at: Date }>(
      'select ended_by, ended_reason, ended_at from containers where uid = $1',
      [`uid-${index}`],
    );
    expect([row?.ended_by, row?.ended_reason]).toEqual(expected);
    expect(Math.abs((row?.ended_at.getTime() ?? 0) - at('11:00:00').getTime())).toBeLessThanOrEqual(60_000);
  });
});

describe('workspaces', () => {
  const workspaces = (person: string): Promise<Record<string, unknown>[]> =>
    warehouse.reader.rows('select * from workspaces where user_key = $1 order by timestamp', [
      pseudonymiser.person(person),
    ]);

  it('a drain does not end one', async () => {
    expect(await workspaces('jupyter-drained')).toEqual([
      expect.objectContaining({
        workspace_id: 'test/uid-d1',
        instances: 2,
        evictions: 1,
        is_alive: true,
        ended_at: null,
        node: 'node-2',
      }),
    ]);
  });

  it('a stop by the user does, and the next is another', async () => {
    expect(await workspaces('jupyter-stopped')).toEqual([
      expect.objectContaining({ workspace_id: 'test/uid-s1', instances: 1, is_alive: false, ended_by: 'user' }),
      expect.objectContaining({ workspace_id: 'test/uid-s2', instances: 1, is_alive: true, ended_by: null }),
    ]);
  });

  it('visits come from events where a component has them', async () => {
    const [workspace] = await workspaces('jupyter-drained');
    expect(workspace).toEqual(
      expect.objectContaining({
        visit_basis: 'event',
        visit_days: 1,
        first_visit_at: at('10:05:00'),
        last_visit_at: at('12:10:00'),
      }),
    );
    const instances = await warehouse.reader.rows<{ uid: string; visits: number }>(
      `select uid, visits from containers where uid in ('uid-d1', 'uid-d2', 'uid-s1') order by uid`,
    );
    expect(instances.map(({ uid, visits }) => [uid, visits])).toEqual([
      ['uid-d1', 2],
      ['uid-d2', 1],
      ['uid-s1', 0],
    ]);
  });

  it('from CPU where it has none', async () => {
    const [workspace] = await warehouse.reader.rows(`select * from workspaces where workspace_id = 'test/uid-c'`);
    expect(workspace).toEqual(expect.objectContaining({ kind: 'connect', visit_basis: 'cpu', visit_days: 1 }));
  });

  it('nothing breaks an invariant, and a second run changes nothing', async () => {
    expect(await brokenInvariants(warehouse.reader)).toEqual([]);
    expect((await new MartRunner({ warehouse, config }).run()).ranges).toEqual([]);
  });
});
