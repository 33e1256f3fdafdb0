import type { PollInstance, PollSource } from '../source.ts';
import type { PollProgress, PollReport } from './report.ts';
import type { PollMemory } from './state-store.ts';

/** One poll instance and how it is. */
export interface Job {
  readonly source: PollSource;
  readonly instance: PollInstance;
  running: Promise<PollReport> | null;
  timer: NodeJS.Timeout | null;
  nextRunAt: Date | null;
  memory: PollMemory | null;
  progress: PollProgress | null;
  lastReport: PollReport | null;
}
