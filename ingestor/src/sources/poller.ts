import type { Registry } from 'prom-client';
import { SceError } from '../errors.ts';
import type { Job } from './poller/job.ts';
import { PollMetrics } from './poller/metrics.ts';
import type { PollReport, PollStatus } from './poller/report.ts';
import { PollRunner } from './poller/run-job.ts';
import { checkSchedule, nextRunAt } from './poller/schedule.ts';
import { PollStateStore, type PollMemory } from './poller/state-store.ts';
import type { PollSource, SourceContext } from './source.ts';

export interface PollerOptions {
  readonly context: SourceContext;
  readonly sources: readonly PollSource[];
  readonly registry: Registry;
  /** For tests. */
  readonly random?: () => number;
}

export type { PollReport, PollStatus } from './poller/report.ts';

/** Longest wait in one timer; Node's overflow at 24.8 days. */
const LONGEST_TIMER_MS = 3_600_000;

export const POLLER_MIGRATIONS: readonly URL[] = [new URL('./poller/tables.sql', import.meta.url)];

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
  readonly #runner: PollRunner;
  readonly #stopping = new AbortController();
  readonly #watchers: { close(): Promise<void> }[] = [];
  #started = false;

  /** Throws `INVALID_CONFIG` for an unusable schedule or two instances of one name. */
  constructor(options: PollerOptions) {
    this.#options = options;
    this.#store = new PollStateStore(options.context.config.dataDir);
    this.#metrics = new PollMetrics(options.registry);
    this.#runner = new PollRunner({
      context: options.context,
      store: this.#store,
      metrics: this.#metrics,
      stopping: this.#stopping.signal,
      random: options.random ?? Math.random,
    });
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

  /** Takes codes of an erased person out of all state, remembered and on disk. Waits for runs in progress. */
  async forget(codes: readonly string[]): Promise<void> {
    for (const job of this.#jobs) {
      while (job.running !== null) await job.running;
      job.memory ??= await this.#store.load(job.source.id, job.instance.name);
      const known = JSON.stringify(job.memory);
      const memory = codes.reduce((text, code) => text.replaceAll(JSON.stringify(code).slice(1, -1), 'erased'), known);
      if (memory === known) continue;
      job.memory = JSON.parse(memory) as PollMemory;
      await this.#store.save(job.source.id, job.instance.name, job.memory);
    }
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
    job.running ??= this.#runner.run(job).finally(() => {
      job.running = null;
      job.progress = null;
      this.#schedule(job);
    });
    return job.running;
  }
}
