/** What the marts need to know of a series of kube-state-metrics. */
export interface SeriesInfo {
  readonly series: bigint;
  readonly metric: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly node: string | null;
  readonly pod: string;
  readonly container: string | null;
  readonly uid: string | null;
  /** Those that its metric is read for: all, or the one of `mart_stage_facts.detail` with its unit. */
  readonly labels: Readonly<Record<string, string>>;
}

/** A row of `series` or `mart_stage_facts`: an empty symbol may come back as NULL. */
export interface SeriesRow {
  readonly series: bigint | number;
  readonly metric: string;
  readonly cluster: string | null;
  readonly namespace: string | null;
  readonly node: string | null;
  readonly pod: string | null;
  readonly container: string | null;
  readonly uid: string | null;
}

export function toSeriesInfo(row: SeriesRow, labels: Readonly<Record<string, string>>): SeriesInfo {
  return {
    series: BigInt(row.series),
    metric: row.metric,
    cluster: row.cluster ?? '',
    namespace: row.namespace ?? '',
    node: row.node,
    pod: row.pod ?? '',
    container: row.container,
    uid: row.uid,
    labels,
  };
}

/** cpu, memory, … of requests, limits and allocatable; releases before 2.0 have it in the name. */
export function resourceOf({ metric, labels }: Pick<SeriesInfo, 'metric' | 'labels'>): string {
  if (metric.endsWith('_cpu_cores')) return 'cpu';
  return metric.endsWith('_memory_bytes') ? 'memory' : (labels['resource'] ?? '');
}

/** The label that `mart_stage_facts.detail` holds. */
export function detailLabel(metric: string): string {
  if (metric === 'kube_pod_status_phase') return 'phase';
  if (metric.endsWith('_reason')) return 'reason';
  return metric === 'kube_pod_spec_volumes_persistentvolumeclaims_info' ? 'persistentvolumeclaim' : 'resource';
}
