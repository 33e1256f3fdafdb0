import { Cron } from 'croner';
import { Counter, Gauge, type Registry } from 'prom-client';
import { messageOf } from '../../errors.ts';
import { applyPersonRetention, type PersonRetentionOptions, type PersonRetentionReport } from './retention.ts';

export interface ScheduleOptions extends Omit<PersonRetentionOptions, 'signal'> {
  readonly registry: Registry;
  /** IANA name: the run is at night. */
  readonly timeZone: string;
  /** Runs the work in a moment when the marts are not being filled. */
  readonly between: <T>(work: () => Promise<T>) => Promise<T>;
}

export interface PersonRetention {
  /** Now, whatever the schedule says. */
  run(): Promise<PersonRetentionReport>;
  /** Ends after the month in progress. */
  stop(): Promise<void>;
}

/** Retention of facts about persons, daily. One ingestor of a warehouse does it: the one that fills the marts. */
export function schedulePersonRetention(options: ScheduleOptions): PersonRetention {
  const { registry, timeZone, between, ...rest } = options;
  const metrics = metricsIn(registry);
  const stopping = new AbortController();
  let running: Promise<PersonRetentionReport> | null = null;
  const once = async (): Promise<PersonRetentionReport> => {
    const report = await between(() => applyPersonRetention({ ...rest, signal: stopping.signal }));
    metrics.lastRun.set(Date.now() / 1000);
    for (const [what, count] of Object.entries(report) as [string, number][]) metrics.done.inc({ what }, count);
    return report;
  };
  const run = (): Promise<PersonRetentionReport> =>
    (running ??= once().finally(() => {
      running = null;
    }));
  const minute = Math.floor(Math.random() * 60);
  const job = new Cron(`${minute} 2 * * *`, { protect: true, unref: true, timezone: timeZone }, async () => {
    try {
      await run();
    } catch (error) {
      if (stopping.signal.aborted) return;
      metrics.failures.inc();
      rest.log.error(
        { err: error },
        `retention of facts about persons failed, tomorrow's run goes on: ${messageOf(error)}`,
      );
    }
  });
  return {
    run,
    stop: async () => {
      job.stop();
      stopping.abort();
      await running?.catch(() => undefined);
    },
  };
}

/** New for every service of the process: tests start several. */
function metricsIn(registry: Registry) {
  const registers = [registry];
  const named = (name: string): string => {
    registry.removeSingleMetric(name);
    return name;
  };
  return {
    lastRun: new Gauge({
      name: named('sce_person_retention_last_run_timestamp_seconds'),
      help: 'When facts about persons were last looked through for what was kept long enough',
      registers,
    }),
    done: new Counter({
      name: named('sce_person_retention_done_total'),
      help: 'Months, containers, days, former people and rows of people that lost their persons',
      labelNames: ['what'],
      registers,
    }),
    failures: new Counter({
      name: named('sce_person_retention_failures_total'),
      help: 'Runs of the retention of facts about persons that failed',
      registers,
    }),
  };
}
