import { isSceError, messageOf } from '../../errors.ts';
import { redactor } from '../redact.ts';
import type { PollOutcome, SourceContext } from '../source.ts';
import type { Job } from './job.ts';
import type { PollMetrics } from './metrics.ts';
import type { PollReport, PollResultKind } from './report.ts';
import { backOffMs } from './schedule.ts';
import type { PollMemory, PollStateStore } from './state-store.ts';

export interface PollRunnerOptions {
  readonly context: SourceContext;
  readonly store: PollStateStore;
  readonly metrics: PollMetrics;
  /** Aborts when the ingestor stops. */
  readonly stopping: AbortSignal;
  readonly random: () => number;
}

/** Does one run of one job, from loading its state to its line in `poll_runs`. */
export class PollRunner {
  readonly #options: PollRunnerOptions;

  constructor(options: PollRunnerOptions) {
    this.#options = options;
  }

  /** Never throws: what went wrong is in the report. */
  async run(job: Job): Promise<PollReport> {
    const startedAt = new Date();
    let outcome: PollOutcome | null = null;
    let kind: PollResultKind;
    let thrown: unknown = null;
    try {
      outcome = await this.#poll(job, startedAt);
      kind = outcome.complete ? 'ok' : 'partial';
      await this.#save(job, {
        state: outcome.state,
        lastAttemptAt: startedAt.toISOString(),
        lastSuccessAt: startedAt.toISOString(),
        failures: 0,
        notBefore: null,
        lastError: null,
      });
    } catch (error) {
      thrown = error;
      kind = this.#options.stopping.aborted
        ? 'stopped'
        : isSceError(error) && error.code === 'FEED_REFUSED'
          ? 'refused'
          : 'failed';
      await this.#rememberFailure(job, error, kind, startedAt);
    }
    const report: PollReport = {
      source: job.source.id,
      instance: job.instance.name,
      startedAt: startedAt.toISOString(),
      outcome: kind,
      rowsRead: outcome?.rowsRead ?? 0,
      rowsWritten: outcome?.rowsWritten ?? 0,
      durationSeconds: (Date.now() - startedAt.getTime()) / 1000,
      complete: outcome?.complete ?? false,
      errorCode: thrown === null ? null : isSceError(thrown) ? thrown.code : 'INTERNAL',
      error: thrown === null ? null : this.#clean(thrown),
    };
    await this.#publish(job, report);
    return report;
  }

  async #poll(job: Job, startedAt: Date): Promise<PollOutcome> {
    const { context, store, stopping } = this.#options;
    const names = { source: job.source.id, instance: job.instance.name };
    job.memory ??= await store.load(names.source, names.instance);
    const timeout = AbortSignal.timeout(context.config.poller.run_timeout_seconds * 1000);
    return job.instance.poll({
      startedAt,
      state: job.memory.state,
      checkpoint: (state) => this.#save(job, { state }),
      progress: (done, total, what) => {
        job.progress = { done, total, what };
      },
      signal: AbortSignal.any([stopping, timeout]),
      log: context.log.child(names),
    });
  }

  async #save(job: Job, changes: Partial<PollMemory>): Promise<void> {
    if (job.memory === null) return;
    job.memory = { ...job.memory, ...changes };
    await this.#options.store.save(job.source.id, job.instance.name, job.memory);
  }

  async #rememberFailure(job: Job, error: unknown, kind: PollResultKind, startedAt: Date): Promise<void> {
    const { context, random } = this.#options;
    const failures = (job.memory?.failures ?? 0) + 1;
    // A refused feed or a wrong configuration is no better in a minute: wait for the schedule.
    const hopeless = isSceError(error) && !error.retryable;
    const retryAfter = isSceError(error) ? error.retryAfterSeconds : undefined;
    const pause = backOffMs(failures, context.config.poller, retryAfter, random);
    const changes: Partial<PollMemory> =
      kind === 'stopped'
        ? { notBefore: null }
        : {
            lastAttemptAt: startedAt.toISOString(),
            failures,
            notBefore: hopeless ? null : new Date(Date.now() + pause).toISOString(),
            lastError: this.#clean(error),
          };
    await this.#save(job, changes).catch((cause: unknown) =>
      context.log.error(
        { source: job.source.id, instance: job.instance.name, err: this.#clean(cause) },
        'cannot keep the state of a poller',
      ),
    );
  }

  async #publish(job: Job, report: PollReport): Promise<void> {
    const { context, metrics } = this.#options;
    const { source, instance } = report;
    job.lastReport = report;
    metrics.finished(report);
    metrics.known(source, instance, job.memory?.lastSuccessAt ?? null, job.memory?.failures ?? 0);
    if (report.error === null) context.log.info(report, 'poll finished');
    else context.log.warn(report, 'poll failed');
    await context.warehouse.writer
      .write([{ table: 'poll_runs', rows: [runRow(report)] }])
      .catch((error: unknown) =>
        context.log.error({ source, instance, err: this.#clean(error) }, 'cannot record a poll run'),
      );
  }

  /** Text of an error without secrets and names. */
  #clean(error: unknown): string {
    return this.#options.context.pseudonymiser.scrub(redactor([])(messageOf(error))).slice(0, 1000);
  }
}

function runRow(report: PollReport) {
  return {
    timestamp: new Date(report.startedAt),
    source: report.source,
    instance: report.instance,
    outcome: report.outcome,
    rows_read: report.rowsRead,
    rows_written: report.rowsWritten,
    duration_seconds: report.durationSeconds,
    complete: report.complete,
    error_code: report.errorCode,
    error: report.error,
  };
}
