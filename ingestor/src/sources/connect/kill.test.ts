import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Child } from '../../../../test/support/child.ts';
import { CONNECT_TABLES, connectTables, keyFile } from '../../../../test/support/connect-poll.ts';
import { startFakeConnect } from '../../../../test/support/fakes/connect/server.ts';
import { createConnect } from '../../../../test/support/organisation/connect/index.ts';
import { someAccounts } from '../../../../test/support/organisation/connect/of-organisation.ts';
import { startPoll } from '../../../../test/support/poll-process.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';

const directory = mkdtempSync(join(tmpdir(), 'sce-connect-kill-'));
// Two servers of one organisation, of different age, at once.
const world = (seed: number) =>
  createConnect({
    seed,
    now: Date.now(),
    people: someAccounts(80),
    scale: 0.02,
    visits: 5000,
    jobDays: 20,
    packagesPerItem: 3,
  });
const fakes = [await startFakeConnect(world(1)), await startFakeConnect(world(2))] as const;
fakes[1].generation = 'middle';

afterAll(async () => {
  await Promise.all(fakes.map((fake) => fake.close()));
  rmSync(directory, { recursive: true, force: true });
});

it('a first load that is killed again and again leaves the tables of one that nobody disturbed', async () => {
  const warehouse = await useWarehouse();
  const servers = fakes.map((fake, index) => ({ name: `server-${index}`, url: fake.url, api_key_file: keyFile() }));
  const start = (dataDir: string): Child =>
    startPoll({ source: 'connect', connection: warehouse.connection, dataDir, config: { servers } });
  const quiet = start(join(directory, 'quiet'));
  expect(await quiet.ended).toBe('exit code 0');
  expect(quiet.output.match(/"outcome":"ok"/g)).toHaveLength(2);
  const expected = await connectTables(warehouse);
  const requests = fakes[0].total;
  expect(requests).toBeGreaterThan(150);

  for (const table of [...CONNECT_TABLES, 'platform_events', 'poll_runs'])
    await warehouse.reader.execute(`truncate table ${table}`);
  const dataDir = join(directory, 'killed');
  // In the lists, in the logs, and at several places in the details.
  for (const after of [5, 14, 25, 60]) {
    fakes.forEach((fake) => fake.reset());
    const child = start(dataDir);
    fakes[0].intercept = ({ number }) => {
      if (number === after) child.signal('SIGKILL');
      return null;
    };
    await child.ended;
    expect(child.outcome).toBe('SIGKILL');
  }
  fakes.forEach((fake) => Object.assign(fake, { intercept: null }).reset());
  expect(await connectTables(warehouse)).not.toEqual(expected);
  const last = start(dataDir);
  expect(await last.ended).toBe('exit code 0');
  expect(last.output.match(/"outcome":"ok"/g)).toHaveLength(2);
  expect(await connectTables(warehouse)).toEqual(expected);
  // It went on where it was: what had been read was not read again.
  expect(fakes[0].total).toBeLessThan(requests);
  expect(fakes.map(({ writes }) => writes)).toEqual([0, 0]);
}, 600_000);
