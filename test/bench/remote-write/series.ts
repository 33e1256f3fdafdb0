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
    const hash = createHash('sha256').update(`container ${container}`).digest('hex');
    const uid = `${hash.slice(0, 8)}_${hash.slice(8, 12)}_${hash.slice(12, 16)}_${hash.slice(16, 20)}_${hash.slice(20, 32)}`;
    const node = `ip-10-1-${container % 40}-${container % 17}.eu-central-1.compute.internal`;
    const labels: Record<string, string> = {
      __name__: metrics[i % metrics.length]!,
      beta_kubernetes_io_instance_type: 'm6i.16xlarge',
      cluster: 'sce-production-eu-central-1',
      container: 'session',
      endpoint: 'https-metrics',
      id: `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${uid}.slice/cri-containerd-${hash}.scope`,
      image: 'registry.example.com/workbench/session:R4.5.2-python3.14.3-ubuntu-24.04',
      instance: `10.1.${container % 40}.${container % 17}:10250`,
      job: 'kubelet',
      metrics_path: '/metrics/cadvisor',
      name: hash,
      namespace: 'posit-workbench',
      node,
      pod: `session-${hash.slice(0, 16)}-rstudio-${hash.slice(16, 21)}`,
      service: 'prometheus-kube-prometheus-kubelet',
    };
    return Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  });
}
