import { readSql } from '../../warehouse/sql.ts';
import { batchNodeType } from '../money/batch-lines.ts';
import { loadPriceBook, type PriceBook } from '../money/price-book.ts';
import { segmentsOf, type Segment } from '../money/segments.ts';
import { MoneySum } from '../money/sum.ts';
import type { ViewContext } from '../view.ts';

const runsSql = readSql(import.meta.url, 'runs.sql');
const attemptsSql = readSql(import.meta.url, 'attempts.sql');
const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** A run that ends in the range was created at most so long before it. */
const longestRunDays = 100;

interface RunRow {
  readonly run_key: bigint | number;
  readonly created_at: Date;
  readonly account: string;
  readonly region: string;
  readonly queue: string;
  readonly job_id: string;
  readonly job_definition: string;
  readonly pipeline: string;
  readonly person: string | null;
  readonly status: string;
  readonly failure: string;
  readonly is_lost: boolean;
  readonly started_at: Date | null;
  readonly ended_at: Date;
  readonly stopped_at: Date | null;
  readonly attempts: number | null;
  readonly array_size: number | null;
}

interface AttemptRow {
  readonly run_key: bigint | number;
  readonly started_at: Date;
  readonly stopped_at: Date;
  readonly is_failed: boolean;
  readonly cpu_cores: number | null;
  readonly memory_gb: number | null;
}

/** A run with what all its attempts, and those of its children, used. */
export interface BatchRun extends RunRow {
  readonly state: 'succeeded' | 'failed' | 'lost';
  readonly coreHours: number;
  readonly gbHours: number;
  /** Core-hours of attempts that failed. */
  readonly failedCoreHours: number;
  /** Null: a part has no price, or its resources are not known. */
  readonly cost: number | null;
  /** From creation to the first start, and from there to the end. */
  readonly waitSeconds: number | null;
  readonly seconds: number | null;
}

/** Runs that ended in the range, whole: also what they used before it. */
export async function loadBatchRuns(
  { reader, range, config }: ViewContext,
  currency: string,
): Promise<{ readonly runs: readonly BatchRun[]; readonly book: PriceBook }> {
  const since = new Date(range.from.getTime() - longestRunDays * dayMs);
  const [runs, attempts, book] = await Promise.all([
    reader.rows<RunRow>(runsSql, [range.from, range.to, since]),
    reader.rows<AttemptRow>(attemptsSql, [since, range.to]),
    loadPriceBook(reader, currency),
  ]);
  const segments = segmentsOf({ from: since, to: range.to }, config.organisation.time_zone, 'none', book.changeDays());
  const byRun = new Map<string, AttemptRow[]>(runs.map((run) => [String(run.run_key), []]));
  for (const attempt of attempts) byRun.get(String(attempt.run_key))?.push(attempt);
  return { runs: runs.map((run) => withUse(run, byRun.get(String(run.run_key)) ?? [], segments, book)), book };
}

function withUse(
  run: RunRow,
  attempts: readonly AttemptRow[],
  segments: readonly Segment[],
  book: PriceBook,
): BatchRun {
  const sum = new MoneySum();
  let failedCoreHours = 0;
  for (const attempt of attempts) {
    const cores = attempt.cpu_cores ?? 0;
    const gb = attempt.memory_gb ?? 0;
    for (const segment of segments) {
      const hours = overlapHours(attempt, segment);
      if (hours > 0) sum.add(book, segment, batchNodeType, cores * hours, gb * hours);
    }
    if (attempt.is_failed)
      failedCoreHours += cores * overlapHours(attempt, { from: attempt.started_at, to: attempt.stopped_at });
  }
  const isUnknown = run.is_lost || attempts.some(({ cpu_cores: cores }) => cores === null);
  return {
    ...run,
    state: run.is_lost ? 'lost' : run.status === 'FAILED' ? 'failed' : 'succeeded',
    coreHours: sum.coreHours,
    gbHours: sum.gbHours,
    failedCoreHours,
    cost: isUnknown ? null : sum.cost(book),
    waitSeconds: secondsBetween(run.created_at, run.started_at),
    seconds: secondsBetween(run.started_at, run.stopped_at),
  };
}

function overlapHours(attempt: AttemptRow, span: { readonly from: Date; readonly to: Date }): number {
  const from = Math.max(attempt.started_at.getTime(), span.from.getTime());
  const to = Math.min(attempt.stopped_at.getTime(), span.to.getTime());
  return Math.max(0, to - from) / hourMs;
}

function secondsBetween(from: Date | null, to: Date | null): number | null {
  return from === null || to === null ? null : Math.max(0, to.getTime() - from.getTime()) / 1000;
}
