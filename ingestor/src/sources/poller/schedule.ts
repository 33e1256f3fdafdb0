import { Cron } from 'croner';
import { SceError, messageOf } from '../../errors.ts';
import type { PollerConfig } from './config.ts';
import type { PollMemory } from './state-store.ts';

/** When the next scheduled run of an instance is due. A never-run or overdue one is due now. */
export function nextRunAt(schedule: string | number, timeZone: string, memory: PollMemory, now: Date): Date {
  const regular =
    memory.lastAttemptAt === null ? now : regularAfter(schedule, timeZone, new Date(memory.lastAttemptAt));
  const notBefore = memory.notBefore === null ? null : new Date(memory.notBefore);
  // After a failure the back-off replaces the schedule: a daily feed that fails is asked again before tomorrow.
  const due = notBefore !== null && memory.failures > 0 ? notBefore : regular;
  return due < now ? now : due;
}

function regularAfter(schedule: string | number, timeZone: string, last: Date): Date {
  if (typeof schedule === 'number') return new Date(last.getTime() + schedule * 1000);
  const next = new Cron(schedule, { timezone: timeZone }).nextRun(last);
  return next ?? new Date(8.64e15);
}

/** Throws `INVALID_CONFIG` for a schedule that can never run. */
export function checkSchedule(schedule: string | number, where: string, timeZone: string): void {
  if (typeof schedule === 'number') {
    if (!(schedule > 0))
      throw new SceError('INVALID_CONFIG', `${where}: ${schedule} is no interval; seconds above 0 are needed`);
    return;
  }
  try {
    if (new Cron(schedule, { timezone: timeZone }).nextRun() === null) throw new Error('it never comes');
  } catch (error) {
    throw new SceError(
      'INVALID_CONFIG',
      `${where}: "${schedule}" is not a usable cron expression (${messageOf(error)}); "15 4 * * *" means daily at 04:15`,
    );
  }
}

/**
 * Pause after a failed run in milliseconds: exponential with jitter (half to full), never shorter than what the server asked
 * for. Jitter keeps many instances from asking one recovering server in step.
 */
export function backOffMs(
  failures: number,
  config: PollerConfig,
  retryAfterSeconds: number | undefined,
  random: () => number,
): number {
  const full = Math.min(config.retry_base_seconds * 2 ** Math.min(failures - 1, 30), config.retry_max_seconds) * 1000;
  return Math.max(full * (0.5 + random() / 2), (retryAfterSeconds ?? 0) * 1000);
}
