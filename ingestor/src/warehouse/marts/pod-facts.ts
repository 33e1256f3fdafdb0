import { earliest, latest } from './container-row.ts';
import { registryDigest } from './image-reference.ts';
import { resourceOf, type SeriesInfo } from './series-info.ts';

/** Statistics of a series over a window. */
export interface SeriesScan {
  readonly series: bigint | number;
  readonly first_at: Date;
  readonly last_at: Date;
  readonly first_value: number;
  readonly last_value: number;
  readonly min_value: number;
  readonly max_value: number;
  readonly first_positive_at: Date | null;
  readonly last_positive_at: Date | null;
}

export interface ContainerFacts {
  image: string | null;
  imageDigest: string;
  starts: Date[];
  cpuRequest: number | null;
  memoryRequest: number | null;
  gpuRequest: number | null;
  cpuLimit: number | null;
  memoryLimit: number | null;
  terminatedReason: { reason: string; at: Date } | null;
  oomKilledAt: Date | null;
  /** Series whose request changed within the window. */
  changing: { series: bigint; resource: 'cpu' | 'memory' }[];
}

/** A pod that has a claim among its volumes. */
export interface ClaimMount {
  readonly cluster: string;
  readonly namespace: string;
  readonly claim: string;
  readonly uid: string;
  readonly firstAt: Date;
  readonly lastAt: Date;
}

/** What one window of samples says about a pod. */
export interface PodFacts {
  readonly cluster: string;
  readonly uid: string;
  namespace: string;
  pod: string;
  node: string | null;
  createdAt: Date | null;
  startedAt: Date | null;
  scheduledAt: Date | null;
  completionAt: Date | null;
  terminalAt: Date | null;
  terminalPhase: string | null;
  statusReason: string | null;
  firstSeenAt: Date | null;
  lastSeenAt: Date | null;
  staleAt: Date | null;
  ownerKind: string | null;
  ownerName: string | null;
  /** Labels and annotations that turned up in this window; empty = nothing new. */
  readonly attributes: Record<string, string>;
  readonly containers: Map<string, ContainerFacts>;
}

export function podKey(cluster: string, uid: string): string {
  return `${cluster}/${uid}`;
}

/** Gathers facts per pod; the order of `add…` calls is no matter. */
export class PodFactsCollector {
  readonly pods = new Map<string, PodFacts>();
  /** Latest sample of kube-state-metrics per cluster: what is missing before it is really gone. */
  readonly clusterSeenAt = new Map<string, Date>();
  readonly claims: ClaimMount[] = [];

  /** A series with samples in the window. */
  addScan(info: SeriesInfo, scan: SeriesScan): void {
    if (!info.metric.startsWith('kube_pod_') || info.uid === null) return;
    const pod = this.#pod(info);
    const seen = this.clusterSeenAt.get(info.cluster);
    if (seen === undefined || scan.last_at > seen) this.clusterSeenAt.set(info.cluster, scan.last_at);
    pod.firstSeenAt = earliest(pod.firstSeenAt, scan.first_at);
    if (info.metric === 'kube_pod_info' || info.metric === 'kube_pod_status_phase')
      pod.lastSeenAt = latest(pod.lastSeenAt, scan.last_at);
    const seconds = (): Date => new Date(scan.last_value * 1000);
    switch (info.metric) {
      case 'kube_pod_created':
        pod.createdAt = seconds();
        break;
      case 'kube_pod_start_time':
        pod.startedAt = seconds();
        break;
      case 'kube_pod_status_scheduled_time':
        pod.scheduledAt = seconds();
        break;
      case 'kube_pod_spec_volumes_persistentvolumeclaims_info': {
        const claim = info.labels['persistentvolumeclaim'];
        if (claim)
          this.claims.push({
            cluster: info.cluster,
            namespace: info.namespace,
            claim,
            uid: info.uid,
            firstAt: scan.first_at,
            lastAt: scan.last_at,
          });
        break;
      }
      case 'kube_pod_completion_time':
        pod.completionAt = seconds();
        break;
      case 'kube_pod_status_phase': {
        const phase = info.labels['phase'] ?? '';
        if ((phase === 'Succeeded' || phase === 'Failed') && scan.first_positive_at !== null) {
          pod.terminalAt = earliest(pod.terminalAt, scan.first_positive_at);
          pod.terminalPhase = phase;
        }
        break;
      }
      case 'kube_pod_status_reason':
        if (scan.last_positive_at !== null) pod.statusReason = info.labels['reason'] ?? null;
        break;
      default:
        if (info.container !== null) this.#addContainerScan(this.#container(pod, info.container), info, scan);
    }
  }

  /** A series of which the labels matter, registered in the window. */
  addSeries(info: SeriesInfo): void {
    if (info.uid === null || !info.metric.startsWith('kube_pod_')) return;
    const labels = info.labels;
    switch (info.metric) {
      case 'kube_pod_info': {
        const pod = this.#pod(info);
        if (info.node) pod.node = info.node;
        break;
      }
      case 'kube_pod_owner': {
        const pod = this.#pod(info);
        // Older releases of kube-state-metrics write <none>.
        const kind = labels['owner_kind'] ?? '';
        pod.ownerKind = kind === '<none>' ? '' : kind;
        pod.ownerName = kind === '<none>' ? null : (labels['owner_name'] ?? null);
        break;
      }
      case 'kube_pod_labels':
      case 'kube_pod_annotations': {
        const pod = this.#pod(info);
        for (const [name, value] of Object.entries(labels))
          if (name.startsWith('label_') || name.startsWith('annotation_')) pod.attributes[name] = value;
        break;
      }
      case 'kube_pod_container_info': {
        if (info.container === null) break;
        const container = this.#container(this.#pod(info), info.container);
        const digest = registryDigest(labels['image_id'] ?? '');
        // image_id is empty until the image is pulled: the series that has it knows more.
        if (container.image === null || digest !== '') {
          container.image = labels['image_spec'] || labels['image'] || null;
          container.imageDigest = digest;
        }
        break;
      }
    }
  }

  addStale(info: SeriesInfo, staleAt: Date): void {
    if (info.metric !== 'kube_pod_info' || info.uid === null) return;
    const pod = this.#pod(info);
    pod.staleAt = latest(pod.staleAt, staleAt);
  }

  #addContainerScan(container: ContainerFacts, info: SeriesInfo, scan: SeriesScan): void {
    const labels = info.labels;
    // Until 2.0 the resource was part of the name: …_requests_cpu_cores.
    switch (info.metric.replace(/_(cpu_cores|memory_bytes)$/, '')) {
      case 'kube_pod_container_state_started':
        container.starts.push(new Date(scan.first_value * 1000), new Date(scan.last_value * 1000));
        break;
      case 'kube_pod_container_resource_requests':
        if (resourceOf(info) === 'cpu') container.cpuRequest = scan.last_value;
        if (resourceOf(info) === 'memory') container.memoryRequest = scan.last_value;
        if (labels['unit'] === 'integer' && (labels['resource'] ?? '').includes('gpu'))
          container.gpuRequest = scan.last_value;
        if (scan.min_value !== scan.max_value && (resourceOf(info) === 'cpu' || resourceOf(info) === 'memory'))
          container.changing.push({
            series: BigInt(scan.series),
            resource: resourceOf(info) === 'cpu' ? 'cpu' : 'memory',
          });
        break;
      case 'kube_pod_container_resource_limits':
        if (resourceOf(info) === 'cpu') container.cpuLimit = scan.last_value;
        if (resourceOf(info) === 'memory') container.memoryLimit = scan.last_value;
        break;
      case 'kube_pod_container_status_terminated_reason':
      case 'kube_pod_container_status_last_terminated_reason': {
        const reason = labels['reason'];
        if (scan.last_positive_at === null || !reason) break;
        if (reason === 'OOMKilled') container.oomKilledAt = latest(container.oomKilledAt, scan.last_positive_at);
        if (
          info.metric === 'kube_pod_container_status_terminated_reason' &&
          (container.terminatedReason === null || scan.last_positive_at > container.terminatedReason.at)
        )
          container.terminatedReason = { reason, at: scan.last_positive_at };
        break;
      }
    }
  }

  #pod(info: SeriesInfo): PodFacts {
    const uid = info.uid ?? '';
    const key = podKey(info.cluster, uid);
    let pod = this.pods.get(key);
    if (pod === undefined) {
      pod = {
        cluster: info.cluster,
        uid,
        namespace: info.namespace,
        pod: info.pod,
        node: null,
        createdAt: null,
        startedAt: null,
        scheduledAt: null,
        completionAt: null,
        terminalAt: null,
        terminalPhase: null,
        statusReason: null,
        firstSeenAt: null,
        lastSeenAt: null,
        staleAt: null,
        ownerKind: null,
        ownerName: null,
        attributes: {},
        containers: new Map(),
      };
      this.pods.set(key, pod);
    }
    if (pod.node === null && info.node) pod.node = info.node;
    return pod;
  }

  #container(pod: PodFacts, name: string): ContainerFacts {
    let container = pod.containers.get(name);
    if (container === undefined) {
      container = {
        image: null,
        imageDigest: '',
        starts: [],
        cpuRequest: null,
        memoryRequest: null,
        gpuRequest: null,
        cpuLimit: null,
        memoryLimit: null,
        terminatedReason: null,
        oomKilledAt: null,
        changing: [],
      };
      pod.containers.set(name, container);
    }
    return container;
  }
}
