import { pino } from 'pino';
import { parseFileConfig, type Config } from '../../../ingestor/src/config.ts';
import { runView } from '../../../ingestor/src/views/run-view.ts';
import type { AnyView, TimeRange } from '../../../ingestor/src/views/view.ts';
import type { QuestdbWarehouse } from '../../../ingestor/src/warehouse/questdb-warehouse.ts';
import { cpuSeconds } from '../marts/profile.ts';

/** Without a directory of names: views show pseudonyms. */
const dataDir = '/nonexistent';

/** Asks views again and again as the scope `platform`, and times the answers. */
export class Measurer {
  readonly #warehouse: QuestdbWarehouse;
  readonly #pid: number;
  readonly #log = pino({ level: 'silent' });
  readonly #config: Config = { ...parseFileConfig({}, 'bench'), dataDir } as Config;

  /** `pid`: of QuestDB. */
  constructor(warehouse: QuestdbWarehouse, pid: number) {
    this.#warehouse = warehouse;
    this.#pid = pid;
  }

  /** One cell of the table: p50 and p95 in ms (`!` above `target`), CPU seconds of QuestDB and of node per answer, rows. */
  async measure(view: AnyView, range: TimeRange, target: number, times: number): Promise<string> {
    try {
      const rows = await this.#ask(view, range);
      const [cpu, own] = [cpuSeconds(this.#pid), process.cpuUsage()];
      const taken: number[] = [];
      for (let i = 0; i < times; i += 1) {
        const startedAt = performance.now();
        await this.#ask(view, range);
        taken.push(performance.now() - startedAt);
      }
      taken.sort((a, b) => a - b);
      const at = (share: number): number => taken[Math.min(times - 1, Math.floor(share * times))] ?? 0;
      const questdb = ((cpuSeconds(this.#pid) - cpu) / times).toFixed(2);
      const { user, system } = process.cpuUsage(own);
      const node = ((user + system) / 1e6 / times).toFixed(2);
      const p95 = `${at(0.95).toFixed(0)}${at(0.95) > target ? ' !' : ''}`;
      return `${at(0.5).toFixed(0).padStart(22)} / ${p95.padEnd(9)} ${questdb.padStart(5)} + ${node} ${String(rows).padStart(6)}   `;
    } catch (error) {
      return `   failed: ${error instanceof Error ? error.message.slice(0, 60) : String(error)}   `;
    }
  }

  async #ask(view: AnyView, { from, to }: TimeRange): Promise<number> {
    const principal = { scope: 'platform', write: false, personKey: null, department: null, name: 'bench' } as const;
    const question = { view, principal, range: { from: from.toISOString(), to: to.toISOString() } };
    const answer = await runView(question, { reader: this.#warehouse.reader, config: this.#config, log: this.#log });
    return answer.rows.length;
  }
}
