import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { startOwnQuestdb } from '../support/warehouse.ts';
import type { EmbeddedQuestdb } from '../../ingestor/src/warehouse/questdb.ts';
import { identify, isAlive } from '../../ingestor/src/warehouse/process-identity.ts';
import { QuestdbWarehouse } from '../../ingestor/src/warehouse/questdb-warehouse.ts';

const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function startHere(options: Parameters<typeof startOwnQuestdb>[0] = {}) {
  const own = await startOwnQuestdb({ probe: { intervalMs: 100, timeoutMs: 1_000 }, restartDelayMs: 100, ...options });
  cleanUps.push(() => own.stop());
  const warehouse = new QuestdbWarehouse(own.questdb.connection, { queryTimeoutMs: 5_000 });
  cleanUps.push(() => warehouse.close());
  const statuses: string[] = [];
  own.questdb.on('state', ({ status }) => statuses.push(status));
  return { ...own, warehouse, statuses };
}

function statusOf(questdb: EmbeddedQuestdb): () => string {
  return () => questdb.state.status;
}

const patient = { timeout: 40_000, interval: 50 };

test('a crash is noticed, told, and mended; nothing acknowledged is lost', async () => {
  const { questdb, warehouse, statuses } = await startHere();
  await warehouse.reader.execute(
    'create table t (timestamp timestamp, id long) timestamp(timestamp) partition by day wal dedup upsert keys(timestamp, id)',
  );
  const pids = new Set<number | null>();
  for (const round of [1, 2]) {
    await warehouse.writer.write([{ table: 't', rows: [{ timestamp: new Date(1e12), id: round }] }]);
    pids.add(questdb.pid);
    process.kill(questdb.pid ?? 0, 'SIGKILL');
    await expect.poll(statusOf(questdb), patient).toBe('down');
    expect(questdb.state.message).toMatch(/^QuestDB ended \(SIGKILL\); starting it again in/);
    await expect(warehouse.reader.query('select 1')).rejects.toMatchObject({ code: 'WAREHOUSE_UNAVAILABLE' });
    await expect.poll(statusOf(questdb), patient).toBe('ready');
    expect(questdb.state.restarts).toBe(round);
  }
  expect(pids.size).toBe(2);
  expect(statuses).toEqual(['down', 'starting', 'ready', 'down', 'starting', 'ready']);
  await warehouse.settle(['t']);
  expect(await warehouse.reader.rows('select id from t order by id')).toEqual([{ id: 1 }, { id: 2 }]);
});

test('one that hangs is not ready, and is again when it goes on', async () => {
  const { questdb, statuses } = await startHere();
  const pid = questdb.pid ?? 0;
  process.kill(pid, 'SIGSTOP');
  await expect.poll(statusOf(questdb), patient).toBe('down');
  expect(questdb.state.message).toBe('QuestDB runs but does not answer');
  process.kill(pid, 'SIGCONT');
  await expect.poll(statusOf(questdb), patient).toBe('ready');
  expect(questdb.pid).toBe(pid);
  expect(statuses).toEqual(['down', 'ready']);
});

test('one that hangs can be stopped', async () => {
  const { questdb } = await startHere();
  const identity = identify(questdb.pid ?? 0);
  process.kill(questdb.pid ?? 0, 'SIGSTOP');
  await questdb.stop();
  expect(identity !== null && isAlive(identity)).toBe(false);
  expect(questdb.state.status).toBe('stopped');
});

test('while it is down a stop is final', async () => {
  const { questdb } = await startHere({ restartDelayMs: 60_000 });
  process.kill(questdb.pid ?? 0, 'SIGKILL');
  await expect.poll(statusOf(questdb), patient).toBe('down');
  await questdb.stop();
  expect(questdb.state.status).toBe('stopped');
});

test('a live ingestor keeps its directory; after its kill -9 the next one stops the orphan and takes over', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'sce-voice-orphan-'));
  cleanUps.push(() => rm(dataDir, { recursive: true, force: true }));
  const script = fileURLToPath(new URL('../support/questdb-parent.ts', import.meta.url));
  const parent = spawn(process.execPath, ['--import', 'tsx', script, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  cleanUps.push(async () => parent.kill('SIGKILL'));
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const orphan = identify(Number(line.toString()));
  if (orphan === null) throw new Error('the parent started no QuestDB');
  cleanUps.push(async () => isAlive(orphan) && process.kill(orphan.pid, 'SIGKILL'));

  await expect(startOwnQuestdb({ dataDir })).rejects.toMatchObject({
    code: 'SETUP',
    message: expect.stringContaining(`in use by another sce-voice (pid ${parent.pid})`) as unknown,
  });
  expect(isAlive(orphan)).toBe(true);

  const password = await readFile(join(dataDir, 'credentials.json'), 'utf8');
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  expect(isAlive(orphan)).toBe(true);

  const lines: string[] = [];
  const { questdb, warehouse } = await startHere({ dataDir, progress: (text) => lines.push(text) });
  expect(isAlive(orphan)).toBe(false);
  expect(lines).toContain(`stopped QuestDB (pid ${orphan.pid}) left over from an ingestor that was killed`);
  expect(questdb.pid).not.toBe(orphan.pid);
  await warehouse.assertAccounts();
  expect(await readFile(join(dataDir, 'credentials.json'), 'utf8')).toBe(password);
});

test('two that start at once on one directory: one wins, the other is told', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'sce-voice-race-'));
  cleanUps.push(() => rm(dataDir, { recursive: true, force: true }));
  const starts = await Promise.allSettled([startOwnQuestdb({ dataDir }), startOwnQuestdb({ dataDir })]);
  for (const start of starts) if (start.status === 'fulfilled') cleanUps.push(() => start.value.stop());
  expect(starts.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

test('credentials and log are for the owner alone; nothing of ours listens beyond loopback', async () => {
  const { dataDir, questdb } = await startHere();
  for (const name of ['credentials.json', 'questdb.log', 'questdb.pid'])
    expect(((await stat(join(dataDir, name))).mode & 0o777).toString(8)).toBe('600');
  const environment = await readFile(`/proc/${questdb.pid}/environ`, 'utf8');
  expect(environment).not.toContain('SCE_');
  const listening = (await readFile(`/proc/${questdb.pid}/net/tcp`, 'utf8'))
    .split('\n')
    .filter((text) => text.includes(' 0A '));
  const { httpUrl, pgPort } = questdb.connection;
  for (const port of [Number(new URL(httpUrl).port), pgPort]) {
    const hex = port.toString(16).toUpperCase().padStart(4, '0');
    expect(listening.filter((text) => text.includes(`:${hex} `)).map((text) => text.trim().split(/\s+/)[1])).toEqual([
      `0100007F:${hex}`,
    ]);
  }
});
