import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Pseudonymiser } from '../identity/pseudonym.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/** What every source is given. */
export interface SourceContext {
  readonly config: Config;
  readonly warehouse: Warehouse;
  /** The only way from a name to what may be stored, logged or answered. */
  readonly pseudonymiser: Pseudonymiser;
  readonly log: Logger;
}

interface SourceBase {
  /** Folder name; the label of its metrics, its id in `npx sce-voice poll <id>`. */
  readonly id: string;
  /** What it brings, in one line, for help texts. */
  readonly description: string;
  /** Files with the tables it owns, applied by the migrations in this order. */
  readonly migrations: readonly URL[];
}

/** A source others send to: it adds routes. */
export interface PushSource extends SourceBase {
  readonly kind: 'push';
  register(app: FastifyInstance, context: SourceContext): Promise<void> | void;
}

/** A source we ask on a schedule. The poller owns schedule, back-off, cursor and last-good state. */
export interface PollSource extends SourceBase {
  readonly kind: 'poll';
  /** Instances from the configuration (several Connect servers, several HR feeds); empty when not configured. */
  instances(context: SourceContext): readonly PollInstance[];
}

export interface PollInstance {
  /** Unique within the source, such as the server's name. */
  readonly name: string;
  /** Cron expression, or seconds between polls. */
  readonly schedule: string | number;
  /**
   * One complete poll. Throwing means: nothing may be concluded from what is missing. State is kept only when it returns.
   * `checkpoint` persists a cursor in mid-run, for first loads that must be resumable.
   */
  poll(run: PollRun): Promise<PollOutcome>;
  /** Tells when there is something new before the schedule, such as a changed file. */
  watch?(changed: () => void): { close(): Promise<void> };
}

export interface PollRun {
  readonly startedAt: Date;
  /** What the last successful poll (or checkpoint) left, or null the first time. */
  readonly state: unknown;
  checkpoint(state: unknown): Promise<void>;
  progress(done: number, total: number | null, what: string): void;
  readonly signal: AbortSignal;
  readonly log: Logger;
}

export interface PollOutcome {
  /** Kept for the next poll; JSON. */
  readonly state: unknown;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  /** False when only a part was visible (rights, filters): nothing missing may be closed. */
  readonly complete: boolean;
}
