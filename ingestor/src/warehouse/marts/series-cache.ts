import { readSql } from '../sql.ts';
import type { WarehouseReader } from '../warehouse.ts';

/** What the marts need to know of a series; its labels are parsed when asked for. */
export interface SeriesInfo {
  readonly series: bigint;
  readonly metric: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly node: string | null;
  readonly pod: string;
  readonly container: string | null;
  readonly uid: string | null;
  readonly job: string;
  readonly instance: string;
  labels(): Readonly<Record<string, string>>;
  /** cpu, memory, … of requests, limits and allocatable; releases before 2.0 have it in the name. */
  resource(): string;
}

interface SeriesRow {
  series: bigint | number;
  metric: string;
  cluster: string | null;
  namespace: string | null;
  node: string | null;
  pod: string | null;
  container: string | null;
  uid: string | null;
  job: string | null;
  instance: string | null;
  labels: string | null;
}

const newSeries = readSql(import.meta.url, 'facts/new-series.sql');
const hour = 3_600_000;

/** Series by id, so that a run reads only the ones that are new. Forgets what no window has used for long. */
export class SeriesCache {
  readonly #reader: WarehouseReader;
  readonly #known = new Map<bigint, { info: SeriesInfo; usedAt: number }>();
  /** Months (as their first millisecond) that were read completely, up to a time. */
  readonly #readUntil = new Map<number, number>();
  /** One string for the values that many series share: a million series are a tenth of the size so. */
  readonly #texts = new Map<string, string>();
  /** Instance types by cluster and node. */
  readonly #nodeTypes = new Map<string, string>();

  constructor(reader: WarehouseReader) {
    this.#reader = reader;
  }

  /** Reads the series registered in a window; returns them. */
  async readNew(from: Date, to: Date): Promise<SeriesInfo[]> {
    return this.#read(new Date(Math.floor(from.getTime() / hour) * hour), to, to.getTime());
  }

  /** Makes the given ids known, reading the months of the window when one is missing (after a start). */
  async ensure(ids: Iterable<bigint>, from: Date, to: Date): Promise<void> {
    let missing = false;
    for (const id of ids) {
      const entry = this.#known.get(id);
      if (entry === undefined) missing = true;
      else entry.usedAt = to.getTime();
    }
    if (!missing) return;
    const month = Date.UTC(from.getUTCFullYear(), from.getUTCMonth());
    // Ids that the months do not hold (other metrics in the same range of ids) must not cause a reading per window.
    if ((this.#readUntil.get(month) ?? 0) >= from.getTime()) return;
    await this.#read(new Date(month), to, to.getTime());
    this.#readUntil.set(month, to.getTime());
  }

  /** '' = not known: kube-state-metrics exports node labels only when told to. */
  nodeType(cluster: string, node: string): string {
    return this.#nodeTypes.get(`${cluster}\0${node}`) ?? '';
  }

  get(id: bigint): SeriesInfo | undefined {
    return this.#known.get(id)?.info;
  }

  /** Forgets what no window since `before` has used. */
  forget(before: Date): void {
    if (this.#known.size < 100_000) return;
    for (const [id, { usedAt }] of this.#known) if (usedAt < before.getTime()) this.#known.delete(id);
    this.#readUntil.clear();
    this.#texts.clear();
  }

  /** Forgets everything: labels in the warehouse were changed. */
  clear(): void {
    this.#known.clear();
    this.#readUntil.clear();
  }

  async #read(from: Date, to: Date, usedAt: number): Promise<SeriesInfo[]> {
    const { columns, rows } = await this.#reader.query(newSeries, [from, to], { timeoutMs: 120_000 });
    const names = columns.map(({ name }) => name);
    return rows.map((cells) => {
      const row = Object.fromEntries(names.map((name, index) => [name, cells[index]])) as unknown as SeriesRow;
      const info = toInfo(row, (text) => this.#shared(text));
      this.#known.set(info.series, { info, usedAt });
      if (info.metric === 'kube_node_labels') this.#learnNode(info);
      return info;
    });
  }

  #shared<T extends string | null>(text: T): T {
    if (text === null) return text;
    const known = this.#texts.get(text);
    if (known === undefined) this.#texts.set(text, text);
    return (known ?? text) as T;
  }

  #learnNode({ cluster, node, labels }: SeriesInfo): void {
    const type =
      labels()['label_node_kubernetes_io_instance_type'] ?? labels()['label_beta_kubernetes_io_instance_type'];
    if (type && node) this.#nodeTypes.set(`${cluster}\0${node}`, type);
  }
}

/** Clusters before 1.16 have pod_name and container_name. */
function toInfo(row: SeriesRow, shared: <T extends string | null>(text: T) => T): SeriesInfo {
  const metric = shared(row.metric);
  const fromCadvisor = metric.startsWith('container_');
  // cAdvisor's are the most and the longest: of their labels only these are ever asked for.
  let kept: Record<string, string> | string = row.labels ?? '{}';
  let old: Record<string, string> = {};
  if (fromCadvisor) {
    const labels = parse(kept);
    kept = { id: labels['id'] ?? '', cpu: shared(labels['cpu'] ?? '') };
    if (row.pod === null) old = labels;
  }
  const labels = (): Record<string, string> => (kept = typeof kept === 'string' ? parse(kept) : kept);
  return {
    series: BigInt(row.series),
    metric,
    cluster: shared(row.cluster ?? ''),
    namespace: shared(row.namespace ?? ''),
    node: shared(row.node),
    pod: row.pod ?? old['pod_name'] ?? '',
    container: shared(row.container ?? old['container_name'] ?? null),
    uid: row.uid,
    job: shared(row.job ?? ''),
    instance: shared(row.instance ?? ''),
    labels,
    resource: () =>
      metric.endsWith('_cpu_cores')
        ? 'cpu'
        : metric.endsWith('_memory_bytes')
          ? 'memory'
          : (labels()['resource'] ?? ''),
  };
}

function parse(labels: string): Record<string, string> {
  return JSON.parse(labels) as Record<string, string>;
}
