import type { Cgroup, Container, Pod } from '../cluster.ts';
import { IMAGES } from '../images.ts';
import type { Load } from '../load.ts';
import { CLUSTER } from '../options.ts';
import { mix } from '../random.ts';
import { CpuCounter } from './counter.ts';
import { encodeLabels } from './protobuf.ts';
import type { Labels } from './protobuf.ts';

/** A gauge of kube-state-metrics (or the kubelet) about one object: value by time, null while there is no series. */
export interface GaugeSeries {
  readonly labels: Uint8Array;
  /** Sent at every scrape, even by a sender that sends the others seldom: it says that the object is still there. */
  readonly beat?: boolean;
  value(ms: number): number | null;
}

/** The cAdvisor series of one cgroup. */
export interface CgroupSeries {
  readonly cgroup: Cgroup;
  readonly load: Load;
  readonly counter: CpuCounter;
  readonly cpu: Uint8Array;
  readonly memory: Uint8Array;
  /** The pod's row with blank container, the `POD` row, and the network row; null when the sender drops them. */
  readonly noise: {
    readonly podCpu: Uint8Array;
    readonly podMemory: Uint8Array;
    readonly pauseCpu: Uint8Array;
    readonly network: Uint8Array;
  } | null;
}

export const KSM: Labels = { job: 'kube-state-metrics', instance: '10.8.0.20:8080', cluster: CLUSTER };
const PHASES = ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'] as const;

/** cAdvisor's series of a pod, one entry per container and cgroup. */
export function cgroupSeries(pod: Pod, start: number, noise: boolean): readonly CgroupSeries[] {
  const { node } = pod;
  if (node === null) return [];
  const common = {
    job: 'kubelet',
    instance: `${node.ip}:10250`,
    metrics_path: '/metrics/cadvisor',
    node: node.name,
    cluster: CLUSTER,
    namespace: pod.plan.namespace,
    pod: pod.name,
  };
  const slice = `/kubepods.slice/kubepods-burstable.slice/pod${pod.uid}`;
  const row = (name: string, more: Labels): Uint8Array => encodeLabels({ __name__: name, ...common, ...more });
  return pod.containers.flatMap((container) =>
    container.cgroups.map((cgroup) => {
      const own = {
        container: container.name,
        id: `${slice}/${cgroup.id}`,
        image: IMAGES[container.image].reference,
        name: cgroup.id,
      };
      return {
        cgroup,
        load: container.load,
        counter: new CpuCounter(container.load, cgroup, start),
        cpu: row('container_cpu_usage_seconds_total', { ...own, cpu: 'total' }),
        memory: row('container_memory_working_set_bytes', own),
        noise: noise
          ? {
              podCpu: row('container_cpu_usage_seconds_total', { id: slice, cpu: 'total' }),
              podMemory: row('container_memory_working_set_bytes', { id: slice }),
              pauseCpu: row('container_cpu_usage_seconds_total', {
                container: 'POD',
                id: `${slice}/pause${cgroup.id.slice(0, 20)}`,
                image: 'registry.example.com/pause:3.9',
                name: `pause${cgroup.id.slice(0, 20)}`,
                cpu: 'total',
              }),
              network: row('container_network_receive_bytes_total', { id: slice, interface: 'eth0' }),
            }
          : null,
      };
    }),
  );
}

/** kube-state-metrics' series of a pod. */
export function podGauges(pod: Pod): readonly GaugeSeries[] {
  const { plan, node } = pod;
  const identity = { namespace: plan.namespace, pod: pod.name, uid: pod.uid, ...KSM };
  const series: GaugeSeries[] = [];
  const add = (name: string, more: Labels, value: (ms: number) => number | null): void => {
    series.push({
      labels: encodeLabels({ __name__: name, ...identity, ...more }),
      beat: name === 'kube_pod_info',
      value,
    });
  };
  const scheduled = (ms: number): number | null => (ms >= pod.scheduledAt ? 1 : null);
  add(
    'kube_pod_info',
    {
      node: node?.name ?? '',
      host_ip: node?.ip ?? '',
      pod_ip: `10.1.${String(pod.hash & 255)}.${String((pod.hash >>> 8) & 255)}`,
      created_by_kind: plan.owner?.kind ?? '',
      created_by_name: plan.owner?.name ?? '',
      host_network: 'false',
    },
    node === null ? () => 1 : scheduled,
  );
  add(
    'kube_pod_owner',
    {
      owner_kind: plan.owner?.kind ?? '',
      owner_name: plan.owner?.name ?? '',
      owner_is_controller: plan.owner === null ? '' : 'true',
    },
    () => 1,
  );
  add('kube_pod_created', {}, () => pod.createdAt / 1000);
  add('kube_pod_start_time', {}, (ms) => (ms >= pod.scheduledAt ? Math.floor(pod.scheduledAt / 1000) : null));
  for (const phase of PHASES) add('kube_pod_status_phase', { phase }, (ms) => (phaseAt(pod, ms) === phase ? 1 : 0));
  if (Object.keys(plan.labels).length > 0) add('kube_pod_labels', sanitised('label_', plan.labels), () => 1);
  if (Object.keys(plan.annotations).length > 0)
    add('kube_pod_annotations', sanitised('annotation_', plan.annotations), () => 1);
  if (pod.end === 'completed' || pod.end === 'oom')
    add('kube_pod_completion_time', {}, (ms) => (ms >= pod.endedAt ? Math.floor(pod.endedAt / 1000) : null));
  if (pod.end === 'eviction')
    add('kube_pod_status_reason', { reason: 'Evicted' }, (ms) => (ms >= pod.endedAt ? 1 : null));
  if (pod.end === 'user' || pod.end === 'rule' || pod.end === 'drain')
    add('kube_pod_deletion_timestamp', {}, (ms) => (ms >= pod.endedAt ? Math.floor(pod.endedAt / 1000) + 30 : null));
  if (plan.claim !== null)
    add(
      'kube_pod_spec_volumes_persistentvolumeclaims_info',
      { volume: 'home', persistentvolumeclaim: plan.claim, ephemeral: 'false' },
      () => 1,
    );
  for (const container of pod.containers) addContainer(pod, container, add);
  return series;
}

function addContainer(
  pod: Pod,
  container: Container,
  add: (name: string, more: Labels, value: (ms: number) => number | null) => void,
): void {
  const image = IMAGES[container.image];
  const own = { container: container.name };
  const running =
    (value: number) =>
    (ms: number): number | null =>
      ms >= pod.scheduledAt ? value : null;
  container.cgroups.forEach((cgroup, i) => {
    const next = container.cgroups[i + 1]?.from ?? Number.POSITIVE_INFINITY;
    add(
      'kube_pod_container_info',
      {
        ...own,
        image: image.reference,
        image_spec: image.reference,
        image_id: `${image.repository}@${image.digest}`,
        container_id: `containerd://${cgroup.id}`,
      },
      (ms) => (ms >= cgroup.from && ms < next ? 1 : null),
    );
  });
  const node = { node: pod.node?.name ?? '' };
  if (container.requestCores !== null)
    add(
      'kube_pod_container_resource_requests',
      { ...own, ...node, resource: 'cpu', unit: 'core' },
      pod.node === null ? () => container.requestCores : running(container.requestCores),
    );
  if (container.requestBytes !== null) {
    add(
      'kube_pod_container_resource_requests',
      { ...own, ...node, resource: 'memory', unit: 'byte' },
      running(container.requestBytes),
    );
    add(
      'kube_pod_container_resource_limits',
      { ...own, ...node, resource: 'memory', unit: 'byte' },
      running(container.requestBytes * 1.2),
    );
  }
  add('kube_pod_container_status_restarts_total', own, (ms) =>
    ms >= pod.startedAt ? container.cgroups.filter((cgroup) => cgroup.from <= ms).length - 1 : null,
  );
  const reason = pod.end === 'oom' ? 'OOMKilled' : pod.end === 'completed' ? 'Completed' : null;
  if (reason !== null)
    add('kube_pod_container_status_terminated_reason', { ...own, reason }, (ms) => (ms >= pod.endedAt ? 1 : null));
}

function phaseAt(pod: Pod, ms: number): (typeof PHASES)[number] {
  if (ms < pod.startedAt) return 'Pending';
  if (ms < pod.endedAt) return 'Running';
  if (pod.end === 'completed') return 'Succeeded';
  return pod.end === 'oom' || pod.end === 'eviction' ? 'Failed' : 'Running';
}

/** Kubernetes names as kube-state-metrics writes them. */
function sanitised(prefix: string, labels: Labels): Labels {
  return Object.fromEntries(
    Object.entries(labels).map(([key, value]) => [prefix + key.replaceAll(/[^a-zA-Z0-9]/g, '_'), value]),
  );
}

/** Moments after which a pod's gauges say something else. */
export function changesOf(pod: Pod): readonly number[] {
  const restarts = pod.containers.flatMap((container) => container.cgroups.map((cgroup) => cgroup.from));
  return [...new Set([pod.createdAt, pod.scheduledAt, pod.startedAt, pod.endedAt, ...restarts])]
    .filter((at) => at !== Number.POSITIVE_INFINITY)
    .sort((a, b) => a - b);
}

/** Bytes in a home directory: grows by about one per cent a week. */
export function homeBytes(claim: string, hash: number, ms: number): number {
  const base = 2 + (mix(hash, claim.length) % 60);
  const weeks = Math.floor(ms / 3_600_000) / 168;
  return Math.round(base * 1024 ** 3 * (1 + 0.01 * (weeks % 52)));
}
