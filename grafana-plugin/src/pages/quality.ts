import type { DataFrame } from '@grafana/data';
import { rowsOf } from './ask.ts';

export type Standing = 'ok' | 'warning' | 'error';

/** One metric of one job, as the view data-quality has it. */
export interface MetricRow {
  readonly id: string;
  readonly job: string;
  readonly metric: string;
  readonly samples: number;
  readonly activeSeries: number;
  readonly newestAt: number | null;
  readonly ageSeconds: number | null;
  readonly coverage: number | null;
  readonly rejected: number;
  readonly reasons: string;
  readonly standing: Standing;
}

/** A scrape every minute and a sender's queue: older than this, something has stopped. */
export const staleSeconds = 15 * 60;
export const lowCoverage = 0.9;

export function metricRows(frame: DataFrame): MetricRow[] {
  return rowsOf(frame).map((row) => {
    const number = (name: string): number | null => (typeof row[name] === 'number' ? row[name] : null);
    const known = {
      id: `${String(row['job'])} ${String(row['metric'])}`,
      job: String(row['job'] ?? ''),
      metric: String(row['metric'] ?? ''),
      samples: number('samples') ?? 0,
      activeSeries: number('active_series') ?? 0,
      newestAt: number('newest_sample_at'),
      ageSeconds: number('newest_sample_age_seconds'),
      coverage: number('coverage'),
      rejected: number('rejected') ?? 0,
      reasons: String(row['rejected_reasons'] ?? ''),
    };
    return { ...known, standing: standingOf(known) };
  });
}

function standingOf(row: Omit<MetricRow, 'standing'>): Standing {
  if (row.ageSeconds === null || row.ageSeconds > staleSeconds) return 'error';
  return row.rejected > 0 || (row.coverage ?? 1) < lowCoverage ? 'warning' : 'ok';
}

const order: readonly Standing[] = ['error', 'warning', 'ok'];

/** The worst first, then by name. */
export function worstFirst(rows: readonly MetricRow[]): MetricRow[] {
  return [...rows].sort(
    (a, b) => order.indexOf(a.standing) - order.indexOf(b.standing) || a.id.localeCompare(b.id, 'en'),
  );
}

export interface QualitySummary {
  readonly metrics: number;
  readonly stale: number;
  readonly incomplete: number;
  readonly rejected: number;
  /** Of the freshest metric: whether anything arrives at all. */
  readonly newestAgeSeconds: number | null;
}

export function summaryOf(rows: readonly MetricRow[]): QualitySummary {
  const ages = rows.flatMap(({ ageSeconds }) => (ageSeconds === null ? [] : [ageSeconds]));
  return {
    metrics: rows.length,
    stale: rows.filter(({ standing }) => standing === 'error').length,
    incomplete: rows.filter(({ coverage }) => (coverage ?? 1) < lowCoverage).length,
    rejected: rows.reduce((sum, row) => sum + row.rejected, 0),
    newestAgeSeconds: ages.length === 0 ? null : Math.min(...ages),
  };
}
