import type { Registry } from 'prom-client';
import { SceError, isSceError, messageOf } from '../errors.ts';
import { PollMetrics } from './poller/metrics.ts';
import type { PollProgress, PollReport, PollResultKind, PollStatus } from './poller/report.ts';
import { backOffMs, checkSchedule, nextRunAt } from './poller/schedule.ts';
import { PollStateStore, type PollMemory } from './poller/state-store.ts';
import { redactor } from './redact.ts';
import type { PollInstance, PollOutcome, PollSource, SourceContext } from './source.ts';

export interface PollerOptions {
  readonly context: SourceContext;
  readonly sources: readonly PollSource[];
  readonly registry: Registry;
  /** For tests. */
  readonly random?: () => number;
}

export type { PollProgress, PollReport, PollResultKind, PollStatus } from './poller/report.ts';

/** Longest wait in one timer; Node's overflow at 24.8 days. */
const LONGEST_TIMER_MS = 3_600_000;

export const POLLER_MIGRATIONS: readonly URL[] = [new URL('./poller/tables.sql', import.meta.url)];

interface Job {
  readonly source: PollSource;
  readonly instance: PollInstance;
  running: Promise<PollReport> | null;
  timer: NodeJS.Timeout | null;
  nextRunAt: Date | null;
  memory: PollMemory | null;
  progress: PollProgress | null;
  lastReport: PollReport | null;
}

/**
 * Asks every poll source on its schedule: one run at a time per instance, back-off with jitter after failures, state that
 * survives restarts, each run visible in `poll_runs` and `/metrics`. Only the source decides what an answer means; a run
 * that throws leaves state and tables as its last checkpoint left them.
 */
export class Poller {
  readonly #options: PollerOptions;
  readonly #jobs: readonly Job[];
  readonly #store: PollStateStore;
  readonly #metrics: PollMetrics;
  readonly #stopping = new AbortController();
  readonly #watchers: { close(): Promise<void> }[] = [];
  #started = false;

  /** Throws `INVALID_CONFIG` for an unusable schedule or two instances of one name. */
  constructor(options: PollerOptions) {
    this.#options = options;
    this.#store = new PollStateStore(options.context.config.dataDir);
    this.#metrics = new PollMetrics(options.registry);
    const seen = new Set<string>();
    this.#jobs = options.sources.flatMap((source) =>
      source.instances(options.context).map((instance) => {
        const where = `${source.id}/${instance.name}`;
        if (seen.has(where))
          throw new SceError(
            'INVALID_CONFIG',
            `${source.id}: two instances are named "${instance.name}"; each needs a name of its own`,
          );
        seen.add(where);
        checkSchedule(instance.schedule, where, options.context.config.organisation.time_zone);
        return {
          source,
          instance,
          running: null,
          timer: null,
          nextRunAt: null,
          memory: null,
          progress: null,
          lastReport: null,
        };
      }),
    );
  }

  /** Begins to poll on schedule; overdue instances run at once. Does nothing when `poller.enabled` is false. */
  async start(): Promise<void> {
    if (!this.#options.context.config.poller.enabled) return;
    this.#started = true;
    for (const job of this.#jobs) {
      try {
        job.memory = await this.#store.load(job.source.id, job.instance.name);
      } catch {
        // The run fails on the same file and so leaves a record; the other pollers and the pushes go on.
        void this.#runJob(job);
        continue;
      }
      this.#metrics.known(job.source.id, job.instance.name, job.memory.lastSuccessAt, job.memory.failures);
      this.#schedule(job);
      if (job.instance.watch !== undefined) this.#watchers.push(job.instance.watch(() => void this.#runJob(job)));
    }
  }

  /** Runs now whatever the schedule says. Joins a run in progress. Throws `NOT_FOUND` or, on an ingestor that must not poll, `BAD_REQUEST`. */
  async run(sourceId: string, instanceName?: string): Promise<PollReport[]> {
    return Promise.all(this.#find(sourceId, instanceName).map((job) => this.#runJob(job)));
  }

  /** Like `run`, without waiting: `status` tells how it goes. Throws like `run`. */
  begin(sourceId: string, instanceName?: string): void {
    for (const job of this.#find(sourceId, instanceName)) void this.#runJob(job);
  }

  status(): PollStatus[] {
    return this.#jobs.map((job) => ({
      source: job.source.id,
      instance: job.instance.name,
      running: job.running !== null,
      lastAttemptAt: job.memory?.lastAttemptAt ?? null,
      lastSuccessAt: job.memory?.lastSuccessAt ?? null,
      failures: job.memory?.failures ?? 0,
      nextRunAt: job.nextRunAt?.toISOString() ?? null,
      lastError: job.memory?.lastError ?? null,
      progress: job.progress,
      lastReport: job.lastReport,
    }));
  }

  /** Aborts running polls and waits for them; what they checkpointed is kept. */
  async stop(): Promise<void> {
    this.#stopping.abort(new SceError('SHUTTING_DOWN', 'the ingestor is stopping'));
    for (const job of this.#jobs) if (job.timer !== null) clearTimeout(job.timer);
    await Promise.all(this.#watchers.map((watcher) => watcher.close()));
    await Promise.all(this.#jobs.flatMap((job) => job.running ?? []));
  }

  #find(sourceId: string, instanceName?: string): Job[] {
    if (!this.#options.context.config.poller.enabled)
      throw new SceError('BAD_REQUEST', 'this ingestor does not poll (poller.enabled is false); ask the one that does');
    const jobs = this.#jobs.filter(
      (job) => job.source.id === sourceId && (instanceName === undefined || job.instance.name === instanceName),
    );
    if (jobs.length === 0) {
      const known = this.#jobs.map((job) => `${job.source.id}/${job.instance.name}`).join(', ') || 'none is configured';
      throw new SceError(
        'NOT_FOUND',
        `no poller ${sourceId}${instanceName === undefined ? '' : `/${instanceName}`}; there are: ${known}`,
      );
    }
    return jobs;
  }

  #schedule(job: Job): void {
    if (!this.#started || this.#stopping.signal.aborted || job.memory === null) return;
    if (job.timer !== null) clearTimeout(job.timer);
    const now = new Date();
    job.nextRunAt = nextRunAt(
      job.instance.schedule,
      this.#options.context.config.organisation.time_zone,
      job.memory,
      now,
    );
    const wait = job.nextRunAt.getTime() - now.getTime();
    job.timer = setTimeout(
      () => {
        if (wait > LONGEST_TIMER_MS) this.#schedule(job);
        else void this.#runJob(job);
      },
      Math.min(wait, LONGEST_TIMER_MS),
    ).unref();
  }

  #runJob(job: Job): Promise<PollReport> {
    job.running ??= this.#execute(job).finally(() => {
      job.running = null;
      job.progress = null;
      this.#schedule(job);
    });
    return job.running;
  }

  async #execute(job: Job): Promise<PollReport> {
    const { config, log, warehouse, pseudonymiser } = this.#options.context;
    const startedAt = new Date();
    const names = { source: job.source.id, instance: job.instance.name };
    const clean = (text: string): string => pseudonymiser.scrub(redactor([])(text)).slice(0, 1000);
    const save = async (changes: Partial<PollMemory>): Promise<void> => {
      if (job.memory === null) return;
      job.memory = { ...job.memory, ...changes };
      await this.#store.save(names.source, names.instance, job.memory);
    };
    let outcome: PollOutcome | null = null;
    let kind: PollResultKind;
    let thrown: unknown = null;
    try {
      job.memory ??= await this.#store.load(names.source, names.instance);
      const timeout = AbortSignal.timeout(config.poller.run_timeout_seconds * 1000);
      outcome = await job.instance.poll({
        startedAt,
        state: job.memory.state,
        checkpoint: (state) => save({ state }),
        progress: (done, total, what) => {
          job.progress = { done, total, what };
        },
        signal: AbortSignal.any([this.#stopping.signal, timeout]),
        log: log.child(names),
      });
      kind = outcome.complete ? 'ok' : 'partial';
      await save({
        state: outcome.state,
        lastAttemptAt: startedAt.toISOString(),
        lastSuccessAt: startedAt.toISOString(),
        failures: 0,
        notBefore: null,
        lastError: null,
      });
    } catch (error) {
      thrown = error;
      kind = this.#stopping.signal.aborted
        ? 'stopped'
        : isSceError(error) && error.code === 'FEED_REFUSED'
          ? 'refused'
          : 'failed';
      const failures = (job.memory?.failures ?? 0) + 1;
      // A refused feed or a wrong configuration is no better in a minute: wait for the schedule.
      const hopeless = isSceError(error) && !error.retryable;
      const pause = backOffMs(
        failures,
        config.poller,
        isSceError(error) ? error.retryAfterSeconds : undefined,
        this.#options.random ?? Math.random,
      );
      const changes: Partial<PollMemory> =
        kind === 'stopped'
          ? { notBefore: null }
          : {
              lastAttemptAt: startedAt.toISOString(),
              failures,
              notBefore: hopeless ? null : new Date(Date.now() + pause).toISOString(),
              lastError: clean(messageOf(error)),
            };
      await save(changes).catch((cause: unknown) =>
        log.error({ ...names, err: clean(messageOf(cause)) }, 'cannot keep the state of a poller'),
      );
    }
    const report: PollReport = {
      ...names,
      startedAt: startedAt.toISOString(),
      outcome: kind,
      rowsRead: outcome?.rowsRead ?? 0,
      rowsWritten: outcome?.rowsWritten ?? 0,
      durationSeconds: (Date.now() - startedAt.getTime()) / 1000,
      complete: outcome?.complete ?? false,
      errorCode: thrown === null ? null : isSceError(thrown) ? thrown.code : 'INTERNAL',
      error: thrown === null ? null : clean(messageOf(thrown)),
    };
    job.lastReport = report;
    this.#metrics.finished(report);
    this.#metrics.known(names.source, names.instance, job.memory?.lastSuccessAt ?? null, job.memory?.failures ?? 0);
    if (report.error === null) log.info(report, 'poll finished');
    else log.warn(report, 'poll failed');
    await warehouse.writer
      .write([{ table: 'poll_runs', rows: [runRow(report)] }])
      .catch((error: unknown) => log.error({ ...names, err: clean(messageOf(error)) }, 'cannot record a poll run'));
    return report;
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
