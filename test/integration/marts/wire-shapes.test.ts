import { beforeAll, describe, expect, it } from 'vitest';
import { parseFileConfig, type Config } from '../../../ingestor/src/config.ts';
import { brokenInvariants } from '../../../ingestor/src/warehouse/marts/check-invariants.ts';
import { MartRunner } from '../../../ingestor/src/warehouse/marts/runner.ts';
import type { QuestdbWarehouse } from '../../../ingestor/src/warehouse/questdb-warehouse.ts';
import { containerSamples, nodeSamples, storeRaw, type RawSample } from '../../bench/marts/raw.ts';
import { useWarehouse } from '../../support/warehouse.ts';

const config = parseFileConfig(
  {
    organisation: { time_zone: 'Europe/Berlin' },
    platform: { active_cores: [{ image: '*/idles-high:*', cores: 0.5 }] },
  },
  'test',
) as Config;
const at = (time: string): Date => new Date(`2026-03-02T${time}Z`);
const every = (from: Date, to: Date, stepSeconds = 60): Date[] =>
  Array.from(
    { length: Math.floor((to.getTime() - from.getTime()) / stepSeconds / 1000) + 1 },
    (_, index) => new Date(from.getTime() + index * stepSeconds * 1000),
  );

let warehouse: QuestdbWarehouse;
const usage = async (uid: string): Promise<Record<string, number>> =>
  (
    await warehouse.reader.rows<Record<string, number>>(
      `select sum(covered_seconds) covered, sum(alive_seconds) alive, sum(cpu_used_core_seconds) used, sum(cpu_request_cores * alive_seconds) requested,
         sum(case when is_active then covered_seconds else 0 end) active
       from container_usage where container_id = $1`,
      [`test/${uid}/notebook`],
    )
  )[0] ?? {};

/** The same container with its series changed as an older or differently configured sender writes them. */
function reshaped(samples: readonly RawSample[], change: (sample: RawSample) => RawSample[]): RawSample[] {
  return samples.flatMap(change);
}

const hour = { from: at('10:00:00'), to: at('11:00:00'), stepSeconds: 30, requestCores: 4, cores: () => 1 };
const isCpu = ({ metric }: RawSample): boolean => metric === 'container_cpu_usage_seconds_total';

const perCpu = reshaped(containerSamples({ ...hour, pod: 'per-cpu', uid: 'u-cpu' }), (sample) =>
  isCpu(sample)
    ? ['cpu00', 'cpu01'].map((cpu, index) => ({
        ...sample,
        labels: { ...sample.labels, cpu },
        value: sample.value * (index === 0 ? 0.75 : 0.25),
      }))
    : [sample],
);
const oldLabels = reshaped(containerSamples({ ...hour, pod: 'old-labels', uid: 'u-old' }), (sample) => {
  if (!sample.metric.startsWith('container_')) return [sample];
  const { pod = '', container = '', ...labels } = sample.labels;
  return [{ ...sample, labels: { ...labels, pod_name: pod, container_name: container } }];
});
const noise = reshaped(containerSamples({ ...hour, pod: 'noise', uid: 'u-noise' }), (sample) =>
  sample.metric.startsWith('container_')
    ? [
        sample,
        ...['', 'POD'].map((container) => ({
          ...sample,
          labels: { ...sample.labels, container, id: `/other/${container}` },
          value: sample.value * 3,
        })),
      ]
    : [sample],
);
/** kube-state-metrics before 2.0: the resource in the name, and no uid but on kube_pod_info. */
const version1 = reshaped(containerSamples({ ...hour, pod: 'version-1', uid: 'u-v1', requestGb: 8 }), (sample) => {
  if (!sample.metric.startsWith('kube_') || sample.metric === 'kube_pod_info') return [sample];
  const { resource } = sample.labels;
  const labels = Object.fromEntries(
    Object.entries(sample.labels).filter(([name]) => !['uid', 'resource', 'unit'].includes(name)),
  );
  const suffix = resource === 'cpu' ? '_cpu_cores' : resource === 'memory' ? '_memory_bytes' : '';
  return [{ ...sample, metric: sample.metric + suffix, labels }];
});
const resized = reshaped(containerSamples({ ...hour, pod: 'resized', uid: 'u-resized' }), (sample) =>
  sample.metric === 'kube_pod_container_resource_requests' && sample.at >= at('10:30:00')
    ? [{ ...sample, value: 8 }]
    : [sample],
);
/** Ended at half past ten; kube-state-metrics still reports its requests for ten minutes. */
const completed = containerSamples({
  ...hour,
  pod: 'completed',
  uid: 'u-completed',
  to: at('10:30:00'),
  terminal: { phase: 'Succeeded' },
});
const unknownPod = containerSamples({ ...hour, pod: 'unknown-pod', uid: 'u-unknown' }).filter(({ metric }) =>
  metric.startsWith('container_'),
);
const claims = ['node-1', 'node-2'].flatMap((node, index) =>
  every(at('10:00:00'), at('11:00:00')).map((time) => ({
    metric: 'kubelet_volume_stats_used_bytes',
    labels: { cluster: 'test', namespace: 'jupyter', persistentvolumeclaim: 'pvc_1', node, instance: node },
    at: time,
    value: index === 0 ? 10e9 : 12e9,
  })),
);
const mounts = every(at('10:00:00'), at('11:00:00')).map((time) => ({
  metric: 'kube_pod_spec_volumes_persistentvolumeclaims_info',
  labels: {
    cluster: 'test',
    namespace: 'jupyter',
    pod: 'owner',
    uid: 'u-owner',
    volume: 'home',
    persistentvolumeclaim: 'pvc_1',
  },
  at: time,
  value: 1,
}));
const nodeLabels = [
  {
    metric: 'kube_node_labels',
    labels: { cluster: 'test', node: 'node-1', label_node_kubernetes_io_instance_type: 'm6i.16xlarge' },
    at: at('10:00:00'),
    value: 1,
  },
];
const person = (key: string): Record<string, string> => ({ annotation_hub_jupyter_org_username: key });

beforeAll(async () => {
  warehouse = await useWarehouse();
  await storeRaw(warehouse, [
    ...nodeSamples('node-1', 64, 256, at('10:00:00'), at('11:30:00'), 60),
    ...containerSamples({ ...hour, pod: 'keeps-going', uid: 'u-keeps', to: at('11:30:00') }),
    ...[perCpu, oldLabels, noise, version1, resized, completed, unknownPod, claims, mounts, nodeLabels].flat(),
    ...containerSamples({ ...hour, pod: 'owner', uid: 'u-owner', annotations: person('u_alias') }),
    ...containerSamples({
      ...hour,
      pod: 'idles-high',
      uid: 'u-high',
      cores: () => 0.3,
      image: 'registry.example.com/idles-high:1',
      annotations: person('u_high'),
    }),
    ...containerSamples({ ...hour, pod: 'low', uid: 'u-low', cores: () => 0.3, annotations: person('u_low') }),
  ]);
  await new MartRunner({ warehouse, config }).run();
}, 120_000);

describe('series as senders write them', () => {
  it.each([
    ['one series per CPU', 'u-cpu', { covered: 3600, used: 3600, requested: 14_400 }],
    ['pod_name and container_name', 'u-old', { covered: 3600, used: 3600, requested: 14_400 }],
    ['blank and POD rows beside', 'u-noise', { covered: 3600, used: 3600, requested: 14_400 }],
    ['kube-state-metrics before 2.0', 'u-v1', { covered: 3600, used: 3600, requested: 14_400 }],
    ['a request changed in place', 'u-resized', { covered: 3600, used: 3600, requested: 1800 * 4 + 1800 * 8 }],
    ['a completed pod that still reports', 'u-completed', { covered: 1800, used: 1800, requested: 7200 }],
  ])('%s', async (_, uid, expected) => {
    const sums = await usage(uid);
    for (const [name, value] of Object.entries(expected)) {
      // One scrape interval at the end is open: what ends is seen at the next.
      expect(sums[name], name).toBeGreaterThanOrEqual(value - 31 * (value / expected.covered));
      expect(sums[name], name).toBeLessThanOrEqual(value + 31 * (value / expected.covered));
    }
    expect(sums['covered']).toBeLessThanOrEqual(Number(sums['alive']) + 0.001);
  });

  it('what no pod explains is counted as unmatched and given to nobody', async () => {
    const rows = await warehouse.reader.rows<{ pod: string; seconds: number; used: number }>(
      'select pod, sum(covered_seconds) seconds, sum(cpu_used_core_seconds) used from unmatched_usage',
    );
    expect(rows.map(({ pod }) => pod)).toEqual(['unknown-pod']);
    expect(rows[0]?.seconds).toBeCloseTo(3600, 3);
    expect(rows[0]?.used).toBeCloseTo(3600, 3);
  });

  it('a claim that two nodes mount is the higher of them, not their sum', async () => {
    const [row] = await warehouse.reader.rows('select * from volume_usage_1d');
    expect(row).toEqual(expect.objectContaining({ claim: 'pvc_1', used_bytes: 12e9, used_max_bytes: 12e9 }));
  });

  it('a node has its instance type', async () => {
    expect(await warehouse.reader.rows('select node, node_type from nodes')).toEqual([
      { node: 'node-1', node_type: 'm6i.16xlarge' },
    ]);
  });

  it('an image has its own threshold of activity', async () => {
    expect((await usage('u-high'))['active']).toBe(0);
    expect((await usage('u-low'))['active']).toBeCloseTo(3600, 3);
    const days = await warehouse.reader.rows<{ user_key: string; active_seconds: number; basis: string }>(
      `select user_key, active_seconds, basis from user_days where user_key in ('u_high', 'u_low') order by user_key`,
    );
    expect(days).toEqual([
      { user_key: 'u_high', active_seconds: 0, basis: 'none' },
      { user_key: 'u_low', active_seconds: 3600, basis: 'cpu' },
    ]);
    expect(await brokenInvariants(warehouse.reader)).toEqual([]);
  });
});

describe('what is learnt later', () => {
  it('a pod that turns up takes its seconds out of the unmatched ones', async () => {
    const late = containerSamples({ ...hour, pod: 'unknown-pod', uid: 'u-unknown' });
    await storeRaw(
      warehouse,
      late.filter(({ metric }) => metric.startsWith('kube_')),
    );
    await new MartRunner({ warehouse, config }).run();
    expect((await usage('u-unknown'))['covered']).toBeCloseTo(3600, 0);
    const [left] = await warehouse.reader.rows('select sum(covered_seconds) seconds from unmatched_usage');
    expect(left).toEqual({ seconds: 0 });
  });

  it('another key of a person: containers, days and workspaces go to the person', async () => {
    const owners = 'select claim, user_key from volume_owners order by user_key';
    expect(await warehouse.reader.rows(owners)).toEqual([{ claim: 'pvc_1', user_key: 'u_alias' }]);
    await warehouse.writer.write([
      {
        table: 'identities',
        rows: [{ timestamp: at('00:00:00'), source: 'hr', key: 'u_alias', person_key: 'u_person', how: 'email' }],
      },
    ]);
    await warehouse.settle(['identities']);
    // One more sample makes a run.
    await storeRaw(warehouse, nodeSamples('node-1', 64, 256, at('11:31:00'), at('11:31:00'), 60));
    await new MartRunner({ warehouse, config }).run();
    expect(await warehouse.reader.rows(`select user_key from containers where uid = 'u-owner'`)).toEqual([
      { user_key: 'u_person' },
    ]);
    expect(
      await warehouse.reader.rows(
        `select user_key, active_seconds from user_days where user_key in ('u_alias', 'u_person') order by user_key`,
      ),
    ).toEqual([
      { user_key: 'u_alias', active_seconds: 0 },
      { user_key: 'u_person', active_seconds: 3600 },
    ]);
    expect(await warehouse.reader.rows(`select user_key from workspaces where workspace_id = 'test/u-owner'`)).toEqual([
      { user_key: 'u_person' },
    ]);
  });
});
