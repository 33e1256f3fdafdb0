import { createHash } from 'node:crypto';

/** Label pairs sorted by name, as on the wire. */
export type SortedLabels = readonly (readonly [string, string])[];

const metrics = [
  'container_cpu_usage_seconds_total',
  'container_memory_working_set_bytes',
  'container_memory_rss',
  'container_network_receive_bytes_total',
  'container_fs_usage_bytes',
  'container_cpu_cfs_throttled_periods_total',
  'container_spec_memory_limit_bytes',
  'container_last_seen',
];

/** cAdvisor-like series from number `first` on: 15 labels, about 700 bytes each, of which neighbours differ in a tenth. */
export function makeSeries(count: number, first = 0): SortedLabels[] {
  return Array.from({ length: count }, (_, k) => {
    const i = first + k;
    const container = Math.floor(i / metrics.length);
    const { hash, uid, node, pod } = identityOf(container);
    return sorted({
      __name__: metrics[i % metrics.length]!,
      beta_kubernetes_io_instance_type: 'm6i.16xlarge',
      cluster,
      container: 'session',
      endpoint: 'https-metrics',
      id: `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${uid}.slice/cri-containerd-${hash}.scope`,
      image,
      instance: `10.1.${container % 40}.${container % 17}:10250`,
      job: 'kubelet',
      metrics_path: '/metrics/cadvisor',
      name: hash,
      namespace,
      node,
      pod,
      service: 'prometheus-kube-prometheus-kubelet',
    });
  });
}

/** Series of kube-state-metrics for one pod. */
export const seriesPerPod = 12;

/** What kube-state-metrics says of the pods of the containers from number `first` on, `seriesPerPod` each. */
export function makePodSeries(pods: number, first = 0): SortedLabels[] {
  return Array.from({ length: pods }, (_, k) => first + k).flatMap((container) => {
    const { hash, uid, node, pod } = identityOf(container);
    const ofPod = {
      cluster,
      instance: '10.1.0.7:8080',
      job: 'kube-state-metrics',
      namespace,
      pod,
      uid: uid.replaceAll('_', '-'),
    };
    const ofContainer = { ...ofPod, container: 'session' };
    const of = (name: string, labels: Record<string, string>): SortedLabels => sorted({ __name__: name, ...labels });
    return [
      of('kube_pod_info', { ...ofPod, node }),
      of('kube_pod_created', ofPod),
      of('kube_pod_start_time', ofPod),
      ...['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'].map((phase) =>
        of('kube_pod_status_phase', { ...ofPod, phase }),
      ),
      of('kube_pod_container_info', { ...ofContainer, image, image_id: `registry.example.com/session@sha256:${hash}` }),
      ...['cpu', 'memory'].map((resource) =>
        of('kube_pod_container_resource_requests', {
          ...ofContainer,
          node,
          resource,
          unit: resource === 'cpu' ? 'core' : 'byte',
        }),
      ),
      of('kube_pod_annotations', { ...ofPod, annotation_hub_jupyter_org_username: `person${container % 1200}` }),
    ];
  });
}

/** A likely value for a series of `makePodSeries`. */
export function podValue(labels: SortedLabels, now: number): number {
  const of = (name: string): string => labels.find(([each]) => each === name)?.[1] ?? '';
  if (of('__name__') === 'kube_pod_created' || of('__name__') === 'kube_pod_start_time') return now / 1000 - 3_600;
  if (of('__name__') === 'kube_pod_status_phase') return of('phase') === 'Running' ? 1 : 0;
  return of('resource') === 'memory' ? 2 ** 34 : 1;
}

const cluster = 'sce-production-eu-central-1';
const namespace = 'posit-workbench';
const image = 'registry.example.com/workbench/session:R4.5.2-python3.14.3-ubuntu-24.04';

function identityOf(container: number): Record<'hash' | 'uid' | 'node' | 'pod', string> {
  const hash = createHash('sha256').update(`container ${container}`).digest('hex');
  return {
    hash,
    uid: `${hash.slice(0, 8)}_${hash.slice(8, 12)}_${hash.slice(12, 16)}_${hash.slice(16, 20)}_${hash.slice(20, 32)}`,
    node: `ip-10-1-${container % 40}-${container % 17}.eu-central-1.compute.internal`,
    pod: `session-${hash.slice(0, 16)}-rstudio-${hash.slice(16, 21)}`,
  };
}

function sorted(labels: Readonly<Record<string, string>>): SortedLabels {
  return Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
}
