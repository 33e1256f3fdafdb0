import { SHAPES } from '../cluster.ts';
import type { Node, Pod } from '../cluster.ts';
import { CLUSTER } from '../options.ts';
import { hashText } from '../random.ts';
import { encodeLabels } from './protobuf.ts';
import { KSM, homeBytes } from './pod-series.ts';
import type { GaugeSeries } from './pod-series.ts';

/** kube-state-metrics' series of a node. */
export function nodeGauges(node: Node): readonly GaugeSeries[] {
  const shape = SHAPES[node.pool];
  const make = (name: string, more: Readonly<Record<string, string>>, value: number): GaugeSeries => ({
    labels: encodeLabels({ __name__: name, node: node.name, ...KSM, ...more }),
    beat: name === 'kube_node_info' || name === 'kube_node_status_allocatable',
    value: () => value,
  });
  const type = node.pool === 'large' ? 'm6i.16xlarge' : 'm6i.4xlarge';
  return [
    make(
      'kube_node_info',
      {
        kernel_version: '6.1.0',
        os_image: 'Amazon Linux 2023',
        container_runtime_version: 'containerd://1.7.20',
        kubelet_version: 'v1.31.4',
        internal_ip: node.ip,
      },
      1,
    ),
    make('kube_node_created', {}, Math.floor(node.createdAt / 1000)),
    make(
      'kube_node_labels',
      {
        label_node_kubernetes_io_instance_type: type,
        label_topology_kubernetes_io_region: 'eu-central-1',
        label_pool: node.pool,
      },
      1,
    ),
    make('kube_node_status_allocatable', { resource: 'cpu', unit: 'core' }, shape.allocatableCores),
    make('kube_node_status_allocatable', { resource: 'memory', unit: 'byte' }, shape.allocatableBytes),
    make('kube_node_status_capacity', { resource: 'cpu', unit: 'core' }, shape.cores),
    make('kube_node_status_capacity', { resource: 'memory', unit: 'byte' }, shape.bytes),
  ];
}

const HOME_BYTES = 100 * 1024 ** 3;

/** The claim a pod mounts: kube-state-metrics' rows and the kubelet's volume statistics, once per mounting node. */
export function claimGauges(pod: Pod): readonly GaugeSeries[] {
  const { claim, namespace } = pod.plan;
  if (claim === null || pod.node === null) return [];
  const hash = hashText(claim);
  const identity = { namespace, persistentvolumeclaim: claim };
  const kubelet = {
    job: 'kubelet',
    instance: `${pod.node.ip}:10250`,
    metrics_path: '/metrics',
    node: pod.node.name,
    cluster: CLUSTER,
  };
  const mounted =
    (value: (ms: number) => number) =>
    (ms: number): number | null =>
      ms >= pod.startedAt && ms < pod.endedAt ? value(ms) : null;
  const series = (
    name: string,
    labels: Readonly<Record<string, string>>,
    value: (ms: number) => number | null,
  ): GaugeSeries => ({ labels: encodeLabels({ __name__: name, ...identity, ...labels }), value });
  return [
    series(
      'kube_persistentvolumeclaim_info',
      { ...KSM, storageclass: 'ebs-gp3', volumename: `pvc-${hash.toString(16)}`, volumemode: 'Filesystem' },
      () => 1,
    ),
    series('kube_persistentvolumeclaim_resource_requests_storage_bytes', KSM, () => HOME_BYTES),
    series(
      'kubelet_volume_stats_used_bytes',
      kubelet,
      mounted((ms) => homeBytes(claim, hash, ms)),
    ),
    series(
      'kubelet_volume_stats_capacity_bytes',
      kubelet,
      mounted(() => HOME_BYTES),
    ),
    series(
      'kubelet_volume_stats_available_bytes',
      kubelet,
      mounted((ms) => HOME_BYTES - homeBytes(claim, hash, ms)),
    ),
    series(
      'kubelet_volume_stats_inodes_used',
      kubelet,
      mounted((ms) => Math.round(homeBytes(claim, hash, ms) / 65_536)),
    ),
  ];
}
