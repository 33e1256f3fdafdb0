import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { QuestdbWarehouse } from '../../ingestor/src/warehouse/questdb-warehouse.ts';
import { Child } from '../support/child.ts';
import type { HrPollOptions } from '../support/hr-poll-process.ts';
import { poll } from '../support/poll.ts';
import { useWarehouse } from '../support/warehouse.ts';

const program = fileURLToPath(new URL('../support/hr-poll-process.ts', import.meta.url));
const days = Array.from({ length: 9 }, (_, day) => `2026-10-${String(day + 1).padStart(2, '0')}`);
const people = 40;
let directory: string;
let warehouse: QuestdbWarehouse;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'sce-poll-kill-'));
  const files = join(directory, 'feed');
  mkdirSync(files);
  // Every day somebody moves, one is missing for good from the third on, managers change.
  for (const [at, day] of days.entries()) {
    const rows = Array.from({ length: people }, (_, n) => n)
      .filter((n) => n !== 5 || at < 2)
      .map(
        (n) =>
          `id-${n},user${n},mail${n}@example.com,${(n + at) % 9 === 0 ? 'Safety' : 'Oncology'},id-${(n + at) % 3},${n % 2 === at % 2 ? 'sce' : ''}`,
      );
    writeFileSync(
      join(files, `people-${day}.csv`),
      `person_id,username,email,department,manager_id,groups\n${rows.join('\n')}\n`,
    );
  }
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function start(dataDir: string): Child {
  const options: HrPollOptions = {
    connection: warehouse.connection,
    dataDir,
    hr: { feeds: [{ name: 'csv', kind: 'csv', path: join(directory, 'feed'), watch: false }], access_groups: ['sce'] },
  };
  const file = join(directory, 'options.json');
  writeFileSync(file, JSON.stringify(options));
  return new Child(process.execPath, ['--import', 'tsx', program, file], {
    env: { PATH: process.env['PATH'] },
    cwd: process.cwd(),
  });
}

async function tables(): Promise<Record<string, unknown>> {
  const names = ['people', 'identities', 'access', 'hr_feeds'];
  await warehouse.settle(names);
  const entries = await Promise.all(
    names.map(async (name) => {
      const rows = await warehouse.reader.rows(`select * from ${name}`);
      // When it was written is all that may differ.
      return [name, rows.map((row) => JSON.stringify({ ...row, recorded_at: null })).sort()] as const;
    }),
  );
  return Object.fromEntries(entries);
}

interface State {
  readonly state: { readonly day: string } | null;
}
function dayReached(dataDir: string): string {
  const { state } = JSON.parse(readFileSync(join(dataDir, 'state/hr/csv.json'), 'utf8')) as State;
  return state?.day ?? '';
}

it('a poll that is killed again and again leaves the tables of one that nobody disturbed', async () => {
  warehouse = await useWarehouse();
  const quiet = start(join(directory, 'quiet'));
  expect(await quiet.ended).toBe('exit code 0');
  expect(quiet.output).toMatch(/"outcome":"ok"/);
  const expected = await tables();
  expect((expected['hr_feeds'] as unknown[]).length).toBe(days.length);

  for (const table of ['people', 'identities', 'access', 'hr_feeds', 'poll_runs'])
    await warehouse.reader.execute(`truncate table ${table}`);
  const dataDir = join(directory, 'killed');
  const reached: string[] = [];
  // Killed right after a checkpoint, then somewhere in the next day's work: while rows are being written, or just after.
  for (const goal of [days[0], days[2], days[5]]) {
    const child = start(dataDir);
    await poll(`the poll to reach ${goal}`, () => child.outcome !== null || dayReached(dataDir) >= (goal ?? ''), {
      everyMs: 2,
      timeoutMs: 120_000,
    });
    await child.stop('SIGKILL');
    expect(child.outcome).toBe('SIGKILL');
    reached.push(dayReached(dataDir));
  }
  expect(reached.at(-1)! < days.at(-1)!).toBe(true);
  expect(await tables()).not.toEqual(expected);
  const last = start(dataDir);
  expect(await last.ended).toBe('exit code 0');
  expect(await tables()).toEqual(expected);
}, 400_000);
