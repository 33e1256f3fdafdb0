export type PollResultKind = 'ok' | 'partial' | 'refused' | 'failed' | 'stopped';

/** What one run did; `error` holds no secrets and no names. */
export interface PollReport {
  readonly source: string;
  readonly instance: string;
  readonly startedAt: string;
  readonly outcome: PollResultKind;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly durationSeconds: number;
  readonly complete: boolean;
  readonly errorCode: string | null;
  readonly error: string | null;
}

export interface PollProgress {
  readonly done: number;
  readonly total: number | null;
  readonly what: string;
}

export interface PollStatus {
  readonly source: string;
  readonly instance: string;
  readonly running: boolean;
  readonly lastAttemptAt: string | null;
  readonly lastSuccessAt: string | null;
  readonly failures: number;
  readonly nextRunAt: string | null;
  readonly lastError: string | null;
  /** Of the run in progress. */
  readonly progress: PollProgress | null;
  /** Of the last run since the ingestor started. */
  readonly lastReport: PollReport | null;
}
