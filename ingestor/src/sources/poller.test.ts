import { mkdtempSync, readFileSync, statSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import pino from 'pino';
import { Registry } from 'prom-client';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadConfig, parseFileConfig } from '../config.ts';
import { SceError } from '../errors.ts';
import { Pseudonymiser } from '../identity/pseudonym.ts';
import type { Row, Warehouse } from '../warehouse/warehouse.ts';
import { Poller } from './poller.ts';
import { registerPollRoutes } from './poller/routes.ts';
import { backOffMs, nextRunAt } from './poller/schedule.ts';
import type { PollOutcome, PollRun, PollSource } from './source.ts';

const KEY = Buffer.from('0123456789abcdef0123456789abcdef');
const fine: PollOutcome = { state: { cursor: 1 }, rowsRead: 3, rowsWritten: 2, complete: true };
const pollers: Poller[] = [];

afterEach(async () => {
  await Promise.all(pollers.splice(0).map((poller) => poller.stop()));
});

interface Bench {
  readonly poller: Poller;
  readonly rows: Row[];
  readonly registry: Registry;
  readonly logged: string[];
  readonly dataDir: string;
}

function bench(
  poll: (run: PollRun) => Promise<PollOutcome>,
  options: { dataDir?: string; enabled?: boolean; schedule?: string | number; names?: string[] } = {},
): Bench {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'sce-poller-'));
  const rows: Row[] = [];
  const logged: string[] = [];
  const registry = new Registry();
  const file = parseFileConfig(
    { poller: { enabled: options.enabled ?? true, retry_base_seconds: 0.02, retry_max_seconds: 0.05 } },
    'test',
  );
  const config = { ...loadConfig({}), ...file, dataDir };
  const warehouse = {
    writer: {
      write: async (batches) => {
        for (const batch of batches) rows.push(...batch.rows);
      },
    },
  } as Pick<Warehouse, 'writer'> as Warehouse;
  const source: PollSource = {
    id: 'demo',
    description: 'test',
    kind: 'poll',
    migrations: [],
    instances: () => (options.names ?? ['one']).map((name) => ({ name, schedule: options.schedule ?? 3600, poll })),
  };
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
  const pseudonymiser = new Pseudonymiser({ key: KEY, privacy: config.privacy });
  const poller = new Poller({ context: { config, warehouse, log, pseudonymiser }, sources: [source], registry });
  pollers.push(poller);
  return { poller, rows, registry, logged, dataDir };
}

describe('run', () => {
  it('reports, records and remembers', async () => {
    const states: unknown[] = [];
    const { poller, rows, registry, dataDir } = bench(async (run) => {
      states.push(run.state);
      return fine;
    });
    expect(await poller.run('demo')).toMatchObject([
      { outcome: 'ok', rowsRead: 3, rowsWritten: 2, complete: true, error: null },
    ]);
    await poller.run('demo', 'one');
    expect(states).toEqual([null, { cursor: 1 }]);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({ source: 'demo', instance: 'one', outcome: 'ok', rows_read: 3 });
    expect(await registry.metrics()).toMatch(/sce_poll_runs_total\{source="demo",instance="one",outcome="ok"\} 2/);
    expect(statSync(join(dataDir, 'state/demo/one.json')).mode & 0o777).toBe(0o600);
  });

  it('joins a run in progress instead of starting a second', async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const poll = vi.fn(async () => {
      await gate;
      return fine;
    });
    const { poller } = bench(poll);
    const both = [poller.run('demo'), poller.run('demo')];
    release();
    await Promise.all(both);
    expect(poll).toHaveBeenCalledTimes(1);
  });

  it('says which pollers there are', async () => {
    const { poller } = bench(async () => fine, { names: ['one', 'two'] });
    await expect(poller.run('other')).rejects.toThrow(/no poller other; there are: demo\/one, demo\/two/);
    await expect(poller.run('demo', 'three')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('refuses on an ingestor that leaves polling to another', async () => {
    const { poller } = bench(async () => fine, { enabled: false });
    await expect(poller.run('demo')).rejects.toThrow(/does not poll/);
  });

  it('tells how far a run is', async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const { poller } = bench(async (run) => {
      run.progress(1, 2, 'pages');
      await gate;
      return fine;
    });
    const running = poller.run('demo');
    await vi.waitFor(() =>
      expect(poller.status()[0]).toMatchObject({ running: true, progress: { done: 1, total: 2, what: 'pages' } }),
    );
    release();
    await running;
    expect(poller.status()[0]).toMatchObject({ running: false, progress: null, lastReport: { outcome: 'ok' } });
  });

  it('refuses two instances of one name and an unusable schedule', () => {
    expect(() => bench(async () => fine, { names: ['a', 'a'] })).toThrow(/two instances are named "a"/);
    expect(() => bench(async () => fine, { schedule: 'every day' })).toThrow(/not a usable cron expression/);
    expect(() => bench(async () => fine, { schedule: 0 })).toThrow(/no interval/);
  });
});

describe('failures', () => {
  it('keep the state, count, and show neither secrets nor names', async () => {
    let fail = false;
    const { poller, rows, registry, logged, dataDir } = bench(async () => {
      if (fail) throw new Error('kim.meier@example.com refused: Bearer abcdef123456 at http://bob:pass1word@host/');
      return fine;
    });
    await poller.run('demo');
    fail = true;
    expect(await poller.run('demo')).toMatchObject([{ outcome: 'failed', errorCode: 'INTERNAL' }]);
    const everything =
      JSON.stringify(rows) + logged.join('') + readFileSync(join(dataDir, 'state/demo/one.json'), 'utf8');
    expect(everything).toMatch(/refused: Bearer \*\*\*/);
    expect(everything).not.toMatch(/abcdef123456|kim\.meier|pass1word/);
    expect(poller.status()[0]).toMatchObject({ failures: 1, lastError: expect.stringContaining('refused') });
    expect(await registry.metrics()).toMatch(/sce_poll_consecutive_failures\{source="demo",instance="one"\} 1/);
    expect(JSON.parse(readFileSync(join(dataDir, 'state/demo/one.json'), 'utf8'))).toMatchObject({
      state: { cursor: 1 },
    });
  });

  it('are tried again until they pass', async () => {
    let tries = 0;
    const { poller } = bench(async () => {
      tries += 1;
      if (tries < 3) throw new SceError('SOURCE_FAILED', 'not yet');
      return fine;
    });
    await poller.start();
    await vi.waitFor(
      () => expect(poller.status()[0]).toMatchObject({ failures: 0, lastSuccessAt: expect.any(String) }),
      5000,
    );
    expect(tries).toBe(3);
  });

  it('of a refused feed wait for the schedule', async () => {
    const { poller, rows } = bench(async () => {
      throw new SceError('FEED_REFUSED', 'too few rows');
    });
    await poller.start();
    await vi.waitFor(() => expect(rows).toHaveLength(1));
    expect(rows[0]).toMatchObject({ outcome: 'refused', error_code: 'FEED_REFUSED' });
    const next = Date.parse(poller.status()[0]!.nextRunAt!);
    expect(next - Date.now()).toBeGreaterThan(3_500_000);
  });

  it('keep to Retry-After across a restart', async () => {
    const poll = vi.fn(async (): Promise<PollOutcome> => {
      throw new SceError('SOURCE_FAILED', 'busy', { retryAfterSeconds: 600 });
    });
    const first = bench(poll);
    await first.poller.run('demo');
    const second = bench(poll, { dataDir: first.dataDir });
    await second.poller.start();
    expect(Date.parse(second.poller.status()[0]!.nextRunAt!) - Date.now()).toBeGreaterThan(590_000);
    expect(poll).toHaveBeenCalledTimes(1);
  });

  it('of a damaged state file stop that poller only, and say which file', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'sce-poller-'));
    mkdirSync(join(dataDir, 'state/demo'), { recursive: true });
    writeFileSync(join(dataDir, 'state/demo/one.json'), '{"sta');
    const { poller, rows } = bench(async () => fine, { dataDir, names: ['one', 'two'] });
    await poller.start();
    await vi.waitFor(() => expect(rows).toHaveLength(2));
    expect(rows.find((row) => row['instance'] === 'one')).toMatchObject({
      outcome: 'failed',
      error: expect.stringContaining('is damaged'),
    });
    expect(rows.find((row) => row['instance'] === 'two')).toMatchObject({ outcome: 'ok' });
  });
});

describe('resume', () => {
  it('goes on from the last checkpoint after a stop in mid-run', async () => {
    const starts: unknown[] = [];
    const poll = async (run: PollRun): Promise<PollOutcome> => {
      starts.push(run.state);
      if (run.state === null) {
        await run.checkpoint({ page: 7 });
        await new Promise((_, reject) =>
          run.signal.addEventListener('abort', () => reject(run.signal.reason as Error)),
        );
      }
      return fine;
    };
    const first = bench(poll);
    await first.poller.start();
    await vi.waitFor(() =>
      expect(JSON.parse(readFileSync(join(first.dataDir, 'state/demo/one.json'), 'utf8'))).toMatchObject({
        state: { page: 7 },
      }),
    );
    await first.poller.stop();
    expect(first.rows).toMatchObject([{ outcome: 'stopped' }]);

    const second = bench(poll, { dataDir: first.dataDir });
    await second.poller.start();
    await vi.waitFor(() => expect(second.rows).toMatchObject([{ outcome: 'ok' }]));
    expect(starts).toEqual([null, { page: 7 }]);
  });
});

describe('schedule', () => {
  const memory = {
    state: null,
    lastAttemptAt: null,
    lastSuccessAt: null,
    failures: 0,
    notBefore: null,
    lastError: null,
  };
  const now = new Date('2026-11-22T12:00:00Z');
  it.each([
    ['never run', 3600, memory, '2026-11-22T12:00:00.000Z'],
    ['interval', 3600, { ...memory, lastAttemptAt: '2026-11-22T11:30:00Z' }, '2026-11-22T12:30:00.000Z'],
    ['overdue', 3600, { ...memory, lastAttemptAt: '2026-11-20T11:30:00Z' }, '2026-11-22T12:00:00.000Z'],
    [
      'cron in the zone of the organisation',
      '15 4 * * *',
      { ...memory, lastAttemptAt: '2026-11-22T11:30:00Z' },
      '2026-11-23T03:15:00.000Z',
    ],
    [
      'back-off before the schedule',
      86_400,
      { ...memory, lastAttemptAt: '2026-11-22T11:30:00Z', failures: 1, notBefore: '2026-11-22T12:01:00Z' },
      '2026-11-22T12:01:00.000Z',
    ],
  ])('%s', (_, schedule, remembered, expected) => {
    expect(nextRunAt(schedule, 'Europe/Berlin', remembered, now).toISOString()).toBe(expected);
  });

  const config = parseFileConfig({}, 'test').poller;
  it.each([
    [1, undefined, 0, 30_000],
    [1, undefined, 1, 60_000],
    [3, undefined, 1, 240_000],
    [50, undefined, 1, 3_600_000],
    [1, 7200, 1, 7_200_000],
  ])('failure %i with Retry-After %s and luck %f pauses %i ms', (failures, retryAfter, luck, expected) => {
    expect(backOffMs(failures, config, retryAfter, () => luck)).toBe(expected);
  });
});

describe('routes', () => {
  it('run now and wait, or answer at once', async () => {
    const { poller } = bench(async () => fine);
    const app = fastify();
    registerPollRoutes(app, poller);
    const done = await app.inject({ method: 'POST', url: '/api/v1/poll/demo/one' });
    expect(done.json()).toMatchObject({ reports: [{ outcome: 'ok' }] });
    const begun = await app.inject({ method: 'POST', url: '/api/v1/poll/demo?wait=false' });
    expect(begun.statusCode).toBe(202);
    expect(begun.json()).toMatchObject({ pollers: [{ instance: 'one', running: true }] });
    expect((await app.inject({ method: 'POST', url: '/api/v1/poll/nothing' })).body).toMatch(/no poller nothing/);
    await vi.waitFor(() => expect(poller.status()[0]?.running).toBe(false));
    expect((await app.inject({ url: '/api/v1/poll' })).json()).toMatchObject({
      pollers: [{ source: 'demo', failures: 0 }],
    });
  });
});
