import { readSql } from '../sql.ts';
import type { Row } from '../warehouse.ts';
import { isSameCgroup, type ActiveSeries, type SeriesAssigner, type SplitSeries } from './assign-series.ts';
import type { ContainerNumbers } from './container-numbers.ts';
import type { MartContext } from './mart-context.ts';
import { pageRows, readPages } from './read-rows.ts';

const stageSql = readSql(import.meta.url, 'usage/stage-active.sql');
const stagedSql = readSql(import.meta.url, 'usage/staged-active.sql');
const day = 86_400_000;

interface StagedActive extends Record<
  'metric' | 'cluster' | 'namespace' | 'pod' | 'container' | 'cgroup' | 'cpu',
  string | null
> {
  readonly series: bigint | number;
  readonly first_at: Date;
  readonly last_at: Date;
}

export interface StageOptions {
  readonly from: Date;
  readonly months: readonly [Date, Date];
  readonly chunk: number;
  readonly assigner: SeriesAssigner;
  readonly numbers: ContainerNumbers;
}

/**
 * Gives the series of cAdvisor that reported in a window to containers and writes that to mart_stage_series and
 * mart_stage_unmatched (settle them), page by page. Returns those that need the exact path, and how many nobody explains.
 */
export async function stageSeries(
  context: MartContext,
  options: StageOptions,
): Promise<{ split: SplitSeries[]; unmatched: number }> {
  const { reader } = context.warehouse;
  await reader.execute('truncate table mart_stage_active');
  await reader.execute(stageSql, [...options.months, options.from]);
  const buffer = new StageBuffer(context, options);
  let cgroup: ActiveSeries[] = [];
  const assign = (): void => {
    if (cgroup.length > 0) buffer.add(options.assigner.assign(cgroup));
    cgroup = [];
  };
  for await (const page of readPages<StagedActive>(reader, stagedSql)) {
    for (const row of page) {
      const active = toActive(row);
      const [last] = cgroup;
      // A page may end in the middle of a cgroup.
      if (last !== undefined && !isSameCgroup(last, active)) assign();
      cgroup.push(active);
    }
    await buffer.flush(pageRows);
  }
  assign();
  await buffer.flush(1);
  return { split: buffer.split, unmatched: buffer.unmatchedCount };
}

class StageBuffer {
  readonly split: SplitSeries[] = [];
  unmatchedCount = 0;
  readonly #context: MartContext;
  readonly #options: StageOptions;
  #series: Row[] = [];
  #unmatched: Row[] = [];

  constructor(context: MartContext, options: StageOptions) {
    this.#context = context;
    this.#options = options;
  }

  add({ plain, split, unmatched }: ReturnType<SeriesAssigner['assign']>): void {
    const { from, chunk, numbers } = this.#options;
    for (const { series, containerId, startedAt, coverageWeight } of plain)
      this.#series.push({
        timestamp: new Date(from.getTime() - day),
        chunk,
        series,
        container_no: numbers.of(containerId),
        started_at: startedAt,
        coverage_weight: coverageWeight,
      });
    for (const { active, coverageWeight } of unmatched)
      this.#unmatched.push({
        timestamp: from,
        chunk,
        series: active.series,
        cluster: active.cluster,
        namespace: active.namespace,
        pod: active.pod,
        container: active.container,
        coverage_weight: coverageWeight,
      });
    this.split.push(...split);
    this.unmatchedCount += unmatched.length;
  }

  /** Writes what there is when it is at least `atLeast` rows. */
  async flush(atLeast: number): Promise<void> {
    if (this.#series.length + this.#unmatched.length < atLeast) return;
    const batches = [
      { table: 'mart_stage_series', rows: this.#series },
      { table: 'mart_stage_unmatched', rows: this.#unmatched },
    ];
    this.#series = [];
    this.#unmatched = [];
    await this.#context.warehouse.writer.write(batches.filter(({ rows }) => rows.length > 0));
  }
}

/** An empty symbol may come back as NULL. */
function toActive(row: StagedActive): ActiveSeries {
  return {
    series: BigInt(row.series),
    metric: row.metric ?? '',
    cluster: row.cluster ?? '',
    namespace: row.namespace ?? '',
    pod: row.pod ?? '',
    container: row.container ?? '',
    cgroup: row.cgroup ?? '',
    cpu: row.cpu ?? '',
    firstAt: row.first_at,
    lastAt: row.last_at,
  };
}
