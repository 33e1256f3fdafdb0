import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { SceError } from '../errors.ts';
import type { QuestdbConnection } from './connection.ts';
import { HealthProbe } from './health-probe.ts';
import type { HealthProbeOptions } from './health-probe.ts';
import type { ManagedQuestdb, QuestdbState, QuestdbStatus } from './questdb-state.ts';

export interface ExternalQuestdbOptions {
  readonly connection: QuestdbConnection;
  /** How long to wait for the first answer; a compose file starts both at once. */
  readonly startTimeoutMs?: number;
  readonly progress?: (line: string) => void;
  readonly probe?: HealthProbeOptions;
}

/** A QuestDB that somebody else runs (`SCE_QUESTDB_URL`): watched, never started or stopped. */
export class ExternalQuestdb extends EventEmitter<{ state: [QuestdbState] }> implements ManagedQuestdb {
  readonly connection: QuestdbConnection;
  readonly #probe: HealthProbe;
  #state: QuestdbState = {
    status: 'starting',
    since: new Date(),
    message: 'QuestDB has not answered yet',
    restarts: 0,
  };

  private constructor(options: ExternalQuestdbOptions) {
    super();
    this.connection = options.connection;
    this.#probe = new HealthProbe(options.connection.httpUrl, options.probe);
  }

  /** Resolves when it answers. Throws `WAREHOUSE_UNAVAILABLE` when it does not in time. */
  static async connect(options: ExternalQuestdbOptions): Promise<ExternalQuestdb> {
    const questdb = new ExternalQuestdb(options);
    const { httpUrl } = options.connection;
    const started = Date.now();
    const timeoutMs = options.startTimeoutMs ?? 60_000;
    for (let nextLine = started + 3_000; !(await questdb.#probe.ask());) {
      const waited = Date.now() - started;
      if (waited > timeoutMs) {
        await questdb.#probe.stop();
        throw new SceError(
          'WAREHOUSE_UNAVAILABLE',
          `QuestDB at ${httpUrl} (SCE_QUESTDB_URL) did not answer within ${timeoutMs / 1000} s; check that it runs and can be reached from here`,
        );
      }
      if (Date.now() > nextLine) {
        options.progress?.(`waiting for QuestDB at ${httpUrl}, ${Math.round(waited / 1000)} s`);
        nextLine += 3_000;
      }
      await sleep(200);
    }
    questdb.#setState('ready', 'QuestDB answers');
    questdb.#probe.watch((answers) => questdb.#onAnswer(answers));
    return questdb;
  }

  get state(): QuestdbState {
    return this.#state;
  }

  async stop(): Promise<void> {
    this.#setState('stopped', 'no longer watched');
    await this.#probe.stop();
  }

  #onAnswer(answers: boolean): void {
    if (answers && this.#state.status === 'down') this.#setState('ready', 'QuestDB answers again');
    if (!answers && this.#state.status === 'ready')
      this.#setState('down', `QuestDB at ${this.connection.httpUrl} does not answer`);
  }

  #setState(status: QuestdbStatus, message: string): void {
    if (this.#state.status === 'stopped') return;
    this.#state = { status, since: new Date(), message, restarts: 0 };
    this.emit('state', this.#state);
  }
}
