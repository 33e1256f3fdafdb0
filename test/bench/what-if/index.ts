import { pino } from 'pino';
import { parseFileConfig, type Config } from '../../../ingestor/src/config.ts';
import { runView } from '../../../ingestor/src/views/run-view.ts';
import { whatIf } from '../../../ingestor/src/views/what-if/view.ts';
import { migrate } from '../../../ingestor/src/warehouse/migrate.ts';
import { QuestdbWarehouse } from '../../../ingestor/src/warehouse/questdb-warehouse.ts';
import { allMigrations } from '../../support/migrations.ts';
import { startOwnQuestdb } from '../../support/own-questdb.ts';
import { loadContainers, ROLES, type Loaded } from './load.ts';

const TARGET_MS = 300;
const DAYS = 90;

/**
 * `npm run bench -- what-if`: a slider over 90 days of 1,000 containers at a time, once where every container is known all the time
 * and once where each has a gap every night. The first call reads; the others move the slider.
 */
export async function run({ quick, scale = quick ? 0.1 : 1 }: { quick: boolean; scale?: number }): Promise<void> {
  for (const hasGaps of [false, true]) {
    const questdb = await startOwnQuestdb({ heapMb: 1024, javaArguments: [] });
    const warehouse = new QuestdbWarehouse(questdb.questdb.connection, { queryTimeoutMs: 60_000 });
    try {
      await migrate(warehouse, { files: allMigrations(), version: 'bench' });
      const containers = Math.max(50, Math.round(1000 * scale));
      const loaded = await loadContainers(warehouse, { containers, days: DAYS, hasGaps });
      const [rows] = await warehouse.reader.rows<{ n: number }>('select count() as n from container_usage');
      console.log(
        `${hasGaps ? 'a gap every night' : 'no gaps'}: ${String(containers)} containers at a time, ${String(DAYS)} days, ${Number(rows?.n).toLocaleString('en')} five-minute rows`,
      );
      await measureSlider(warehouse, loaded);
    } finally {
      await warehouse.close();
      await questdb.stop();
    }
  }
}

/** Requests by role, by role and memory, for everybody, and for two roles at once. */
function positions(): string[][] {
  const cores = [0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12, 16, 24, 32];
  const [first = '', second = ''] = ROLES;
  return cores.flatMap((each) => [
    [`${first}=${String(each)}`],
    [`*=${String(each)}/${String(each * 4)}`],
    [`*=${String(each)}`],
    [`${first}=${String(each)}/8`, `${second}=2/${String(each * 4)}`],
  ]);
}

interface Taken {
  readonly ms: number;
  readonly cpuMs: number;
}

export async function measureSlider(warehouse: QuestdbWarehouse, { from, to }: Loaded): Promise<void> {
  const config = { ...parseFileConfig({}, 'bench'), dataDir: '/nonexistent' } as Config;
  const principal = { scope: 'platform', write: false, personKey: null, department: null, name: 'bench' } as const;
  const ask = async (candidates: string[]): Promise<Taken> => {
    const startedAt = performance.now();
    const before = process.cpuUsage();
    await runView(
      {
        view: whatIf,
        principal,
        params: { candidates },
        range: { from: from.toISOString(), to: to.toISOString() },
      },
      { reader: warehouse.reader, config, log: pino({ level: 'silent' }) },
    );
    const { user, system } = process.cpuUsage(before);
    return { ms: performance.now() - startedAt, cpuMs: (user + system) / 1000 };
  };
  const first = await ask([]);
  console.log(`  first call ${first.ms.toFixed(0)} ms, of which ${first.cpuMs.toFixed(0)} ms CPU of this process`);
  const taken: (Taken & { candidates: string[] })[] = [];
  for (const candidates of positions()) taken.push({ ...(await ask(candidates)), candidates });
  for (const [name, of] of [
    ['time', (one: Taken) => one.ms],
    ['CPU of this process', (one: Taken) => one.cpuMs],
  ] as const) {
    taken.sort((a, b) => of(a) - of(b));
    const at = (share: number): number => {
      const one = taken[Math.min(taken.length - 1, Math.floor(share * taken.length))];
      return one ? of(one) : 0;
    };
    const slowest = taken.at(-1);
    console.log(
      `  ${String(taken.length)} slider positions, ${name}: p50 ${at(0.5).toFixed(0)} ms, p95 ${at(0.95).toFixed(0)} ms${at(0.95) > TARGET_MS ? ' !' : ''} (target ${String(TARGET_MS)} ms), most ${at(1).toFixed(0)} ms for ${slowest?.candidates.join(', ') ?? ''}`,
    );
  }
}
