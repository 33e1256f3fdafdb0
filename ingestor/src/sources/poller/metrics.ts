import { Counter, Gauge, type Registry } from 'prom-client';
import type { PollReport } from './report.ts';

/** What an alert on a silent poller needs. Labels are the source's folder name and the configured instance. */
export class PollMetrics {
  readonly #runs: Counter<'source' | 'instance' | 'outcome'>;
  readonly #rows: Counter<'source' | 'instance'>;
  readonly #duration: Gauge<'source' | 'instance'>;
  readonly #lastSuccess: Gauge<'source' | 'instance'>;
  readonly #failures: Gauge<'source' | 'instance'>;

  constructor(registry: Registry) {
    const registers = [registry];
    const labelNames = ['source', 'instance'] as const;
    this.#runs = new Counter({
      name: 'sce_poll_runs_total',
      help: 'Finished runs of pollers by outcome',
      labelNames: ['source', 'instance', 'outcome'],
      registers,
    });
    this.#rows = new Counter({
      name: 'sce_poll_rows_read_total',
      help: 'Rows that pollers have read',
      labelNames,
      registers,
    });
    this.#duration = new Gauge({
      name: 'sce_poll_last_duration_seconds',
      help: 'Duration of the last run',
      labelNames,
      registers,
    });
    this.#lastSuccess = new Gauge({
      name: 'sce_poll_last_success_timestamp_seconds',
      help: 'Start of the last successful run, 0 when there was none',
      labelNames,
      registers,
    });
    this.#failures = new Gauge({
      name: 'sce_poll_consecutive_failures',
      help: 'Failed runs since the last successful one',
      labelNames,
      registers,
    });
  }

  known(source: string, instance: string, lastSuccessAt: string | null, failures: number): void {
    this.#lastSuccess.set({ source, instance }, lastSuccessAt === null ? 0 : Date.parse(lastSuccessAt) / 1000);
    this.#failures.set({ source, instance }, failures);
  }

  finished(report: PollReport): void {
    const labels = { source: report.source, instance: report.instance };
    this.#runs.inc({ ...labels, outcome: report.outcome });
    this.#rows.inc(labels, report.rowsRead);
    this.#duration.set(labels, report.durationSeconds);
  }
}
