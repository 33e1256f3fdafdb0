import type { Row, TableRows, Warehouse } from '../../../ingestor/src/warehouse/warehouse.ts';
import { seriesId } from '../../../ingestor/src/sources/prometheus/series-id.ts';

export interface RawSample {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly at: Date;
  readonly value: number;
}

/** Rows of samples and series as the remote-write source stores them (labels are taken to be pseudonyms already). */
export function rawRows(samples: readonly RawSample[]): TableRows[] {
  const series = new Map<string, Row>();
  const rows: Row[] = [];
  const ids = new Map<string, bigint>();
  for (const { metric, labels, at, value } of samples) {
    const key = metric + JSON.stringify(labels);
    let id = ids.get(key);
    if (id === undefined) ids.set(key, (id = seriesId(metric, Object.entries(labels))));
    const hour = new Date(Math.floor(at.getTime() / 3_600_000) * 3_600_000);
    const month = `${id} ${at.getUTCFullYear()}-${at.getUTCMonth()}`;
    const known = series.get(month);
    if (known === undefined || (known['timestamp'] as Date) > hour) {
      const of = (name: string): string | null => labels[name] ?? null;
      series.set(month, {
        timestamp: hour,
        series: id,
        metric,
        job: of('job'),
        instance: of('instance'),
        cluster: of('cluster'),
        namespace: of('namespace'),
        node: of('node'),
        pod: of('pod'),
        container: of('container'),
        uid: of('uid'),
        labels: JSON.stringify(
          Object.fromEntries(Object.entries(labels).sort(([left], [right]) => (left < right ? -1 : 1))),
        ),
      });
    }
    rows.push({ timestamp: at, series: id, value });
  }
  return [
    { table: 'series', rows: [...series.values()] },
    { table: 'samples', rows },
  ];
}

/** Stores samples and waits until they can be read. */
export async function storeRaw(warehouse: Warehouse, samples: readonly RawSample[]): Promise<void> {
  await warehouse.writer.write(rawRows(samples).filter(({ rows }) => rows.length > 0));
  await warehouse.settle(['series', 'samples']);
}

export interface ContainerLife {
  readonly pod: string;
  readonly uid: string;
  readonly namespace?: string;
  readonly container?: string;
  readonly node?: string;
  readonly from: Date;
  readonly to: Date;
  readonly createdAt?: Date;
  readonly requestCores?: number | null;
  readonly requestGb?: number;
  /** Mean cores used at a time. */
  readonly cores?: (at: Date) => number;
  readonly memoryGb?: number;
  readonly stepSeconds?: number;
  /** Nothing arrives in these spans. */
  readonly holes?: readonly (readonly [Date, Date])[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly owner?: { readonly kind: string; readonly name: string };
  /** Sends this terminal phase from `to` on for ten minutes. */
  readonly terminal?: {
    readonly phase: 'Succeeded' | 'Failed';
    readonly reason?: string;
    readonly terminatedReason?: string;
  };
  readonly cgroup?: string | null;
  readonly image?: string;
}

const gb = 2 ** 30;

/** What cAdvisor and kube-state-metrics say of one container over its life. */
export function containerSamples(life: ContainerLife): RawSample[] {
  const {
    pod,
    uid,
    from,
    to,
    node = 'node-1',
    namespace = 'jupyter',
    container = 'notebook',
    cores = () => 0,
    stepSeconds = 15,
  } = life;
  const cluster = 'test';
  const ofPod = { cluster, namespace, pod, uid };
  const ofContainer = { ...ofPod, container };
  const created = life.createdAt ?? from;
  const image = life.image ?? 'registry.example.com/sce/rstudio:4.4.1';
  const cgroup = life.cgroup === undefined ? `/kubepods/pod${uid}/c1` : life.cgroup;
  const advisor = {
    cluster,
    namespace,
    pod,
    container,
    node,
    job: 'kubelet',
    ...(cgroup === null ? {} : { id: cgroup }),
  };
  const samples: RawSample[] = [];
  const isHole = (at: number): boolean =>
    (life.holes ?? []).some(([start, end]) => at >= start.getTime() && at < end.getTime());
  let used = 0;
  for (let at = from.getTime(); at <= to.getTime() + (life.terminal ? 600_000 : 0); at += stepSeconds * 1000) {
    const time = new Date(at);
    const alive = at <= to.getTime();
    if (alive && at > from.getTime()) used += cores(new Date(at - stepSeconds * 1000)) * stepSeconds;
    if (isHole(at)) continue;
    const add = (metric: string, labels: Readonly<Record<string, string>>, value: number): void =>
      void samples.push({ metric, labels, at: time, value });
    add('kube_pod_info', { ...ofPod, node }, 1);
    add('kube_pod_created', ofPod, created.getTime() / 1000);
    add('kube_pod_start_time', ofPod, created.getTime() / 1000);
    const terminal = !alive && life.terminal !== undefined;
    add('kube_pod_status_phase', { ...ofPod, phase: 'Running' }, terminal ? 0 : 1);
    if (life.terminal) add('kube_pod_status_phase', { ...ofPod, phase: life.terminal.phase }, terminal ? 1 : 0);
    if (terminal && life.terminal.reason) add('kube_pod_status_reason', { ...ofPod, reason: life.terminal.reason }, 1);
    if (terminal && life.terminal.terminatedReason)
      add('kube_pod_container_status_terminated_reason', { ...ofContainer, reason: life.terminal.terminatedReason }, 1);
    add(
      'kube_pod_container_info',
      { ...ofContainer, image, image_spec: image, image_id: `${image.split(':')[0] ?? ''}@sha256:ab12` },
      1,
    );
    if (life.labels) add('kube_pod_labels', { ...ofPod, ...life.labels }, 1);
    if (life.annotations) add('kube_pod_annotations', { ...ofPod, ...life.annotations }, 1);
    if (life.owner) add('kube_pod_owner', { ...ofPod, owner_kind: life.owner.kind, owner_name: life.owner.name }, 1);
    if (life.requestCores !== null && life.requestCores !== undefined)
      add(
        'kube_pod_container_resource_requests',
        { ...ofContainer, node, resource: 'cpu', unit: 'core' },
        life.requestCores,
      );
    if (life.requestGb !== undefined)
      add(
        'kube_pod_container_resource_requests',
        { ...ofContainer, node, resource: 'memory', unit: 'byte' },
        life.requestGb * gb,
      );
    if (!alive) continue;
    add('container_cpu_usage_seconds_total', { ...advisor, cpu: 'total' }, used);
    add('container_memory_working_set_bytes', advisor, (life.memoryGb ?? 1) * gb);
  }
  return samples;
}

/** What kube-state-metrics says of a node. */
export function nodeSamples(
  node: string,
  cores: number,
  memoryGb: number,
  from: Date,
  to: Date,
  stepSeconds = 15,
): RawSample[] {
  const samples: RawSample[] = [];
  for (let at = from.getTime(); at <= to.getTime(); at += stepSeconds * 1000)
    samples.push(
      {
        metric: 'kube_node_status_allocatable',
        labels: { cluster: 'test', node, resource: 'cpu', unit: 'core' },
        at: new Date(at),
        value: cores,
      },
      {
        metric: 'kube_node_status_allocatable',
        labels: { cluster: 'test', node, resource: 'memory', unit: 'byte' },
        at: new Date(at),
        value: memoryGb * gb,
      },
    );
  return samples;
}
