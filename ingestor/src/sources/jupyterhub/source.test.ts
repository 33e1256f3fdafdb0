import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig, parseFileConfig } from '../../config.ts';
import { Pseudonymiser } from '../../identity/pseudonym.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { FAKE_HUB_TOKEN, startFakeHub, type FakeHubUser } from '../../../../test/support/fakes/jupyterhub.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { PollOutcome, SourceContext } from '../source.ts';
import { jupyterHubSource } from './source.ts';

const hub = await startFakeHub();
afterAll(() => hub.close());

const directory = mkdtempSync(join(tmpdir(), 'sce-hub-'));
writeFileSync(join(directory, 'token'), `${FAKE_HUB_TOKEN}\n`);
writeFileSync(join(directory, 'wrong'), 'not-the-token');

let warehouse: Warehouse;
beforeEach(async () => {
  warehouse = await useWarehouse({ migrations: [new URL('../events/tables.sql', import.meta.url)] });
  Object.assign(hub, { generation: 'pages', failFromOffset: null, users: [meier(), ...crowd(4)] });
  hub.requests.length = 0;
});

const server = (minute: number) => ({
  started: '2026-10-01T07:00:00.000000Z',
  last_activity: `2026-10-01T07:${String(minute).padStart(2, '0')}:03.123456Z`,
});
const meier = (minute = 12): FakeHubUser => ({ name: 'meierk', servers: { '': server(minute), gpu: server(minute) } });
const crowd = (count: number): FakeHubUser[] =>
  Array.from({ length: count }, (_, index) => ({ name: `user${index}`, servers: { '': server(index) } }));

interface PollOptions {
  readonly state?: unknown;
  readonly token?: string;
  readonly url?: string;
}

async function poll({ state = null, token = 'token', url = hub.url }: PollOptions = {}): Promise<PollOutcome> {
  const file = parseFileConfig(
    {
      jupyterhub: { hubs: [{ name: 'main', url, token_file: join(directory, token), page_size: 2, namespace: 'hub' }] },
    },
    'test',
  );
  const context: SourceContext = {
    config: { ...loadConfig({}), ...file },
    warehouse,
    pseudonymiser: new Pseudonymiser({ key: Buffer.alloc(32, 7), privacy: file.privacy }),
    log: pino({ level: 'silent' }),
  };
  const [instance] = jupyterHubSource.instances(context);
  if (!instance) throw new Error('no instance');
  const outcome = await instance.poll({
    startedAt: new Date('2026-10-01T07:15:00Z'),
    state,
    checkpoint: async () => undefined,
    progress: () => undefined,
    signal: new AbortController().signal,
    log: context.log,
  });
  // State is kept as JSON between polls.
  return { ...outcome, state: JSON.parse(JSON.stringify(outcome.state)) as unknown };
}

async function events(kind: string) {
  await warehouse.settle(['platform_events']);
  return warehouse.reader.rows<{ timestamp: Date; person: string; server_name: string; namespace: string }>(
    'select timestamp, person, server_user, server_name, namespace, server, is_bot from platform_events where kind = $1 order by timestamp, server_name',
    [kind],
  );
}

describe('a poll', () => {
  it('turns activity into visits in five-minute buckets and starts into created workspaces', async () => {
    const outcome = await poll();
    expect(outcome).toMatchObject({ rowsRead: 5, rowsWritten: 12, complete: true });
    const visits = await events('visit');
    expect(visits.map(({ timestamp }) => timestamp.toISOString().slice(11, 16))).toEqual([
      '07:00',
      '07:00',
      '07:00',
      '07:00',
      '07:10',
      '07:10',
    ]);
    expect(new Set(visits.map(({ person }) => person)).size).toBe(5);
    expect(visits.every(({ namespace }) => namespace === 'hub')).toBe(true);
    const [first, second] = visits.slice(4);
    expect(first?.person).toBe(second?.person);
    expect(first?.server_name).toBe('');
    expect(second?.server_name).toMatch(/^annotation_[0-9a-f]{16}$/);
    expect(await events('workspace_created')).toHaveLength(6);
  });

  it('writes only what has moved since the last poll, and the same again changes nothing', async () => {
    const { state } = await poll();
    expect(await poll({ state })).toMatchObject({ rowsWritten: 0 });
    hub.users[0] = meier(17);
    expect(await poll({ state })).toMatchObject({ rowsWritten: 2 });
    expect(await events('visit')).toHaveLength(8);
    await poll(); // state lost
    expect(await events('visit')).toHaveLength(8);
  });

  it('forgets servers that are gone, and only after a complete poll', async () => {
    const { state } = await poll();
    hub.users = hub.users.slice(1);
    const { state: after } = await poll({ state });
    expect([Object.keys(state as object).length, Object.keys(after as object).length]).toEqual([6, 4]);
  });

  it('ignores servers that are stopped', async () => {
    hub.users = [{ name: 'meierk', servers: { '': server(1), old: { ...server(2), stopped: true } } }];
    await poll();
    expect(await events('visit')).toHaveLength(1);
  });

  it('stores no name', async () => {
    const { state } = await poll();
    await warehouse.settle(['platform_events']);
    const { rows } = await warehouse.reader.query('select * from platform_events');
    const stored = JSON.stringify([rows, state], (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    expect(rows).toHaveLength(12);
    expect(stored).not.toMatch(/meierk|user0|gpu/);
  });
});

describe('old hubs', () => {
  it.each(['offset', 'all'] as const)('list everybody: %s', async (generation) => {
    hub.generation = generation;
    await poll();
    expect(await events('visit')).toHaveLength(6);
  });

  it('that return exactly one page of people end', async () => {
    Object.assign(hub, { generation: 'all', users: crowd(2) });
    await poll();
    expect([await events('visit'), hub.requests]).toEqual([
      expect.objectContaining({ length: 2 }),
      expect.objectContaining({ length: 2 }),
    ]);
  });
});

describe('failures', () => {
  it('in mid-listing throw, so that nothing is concluded; what was read is stored', async () => {
    hub.failFromOffset = 4;
    await expect(poll()).rejects.toMatchObject({ code: 'SOURCE_FAILED', details: { status: 503 } });
    expect(await events('visit')).toHaveLength(5);
  });

  it.each([
    ['a wrong token', { token: 'wrong' }, /403.*Forbidden/],
    ['a missing token file', { token: 'absent' }, /cannot read token_file/],
    ['a login page', { url: hub.url.replace('/jupyter', '') }, /text\/html where JSON was expected/],
  ])('%s is said clearly, without the token', async (_, options, message) => {
    const error: unknown = await poll(options).catch((thrown: unknown) => thrown);
    expect(String(error)).toMatch(message);
    expect(String(error)).not.toMatch(/not-the-token|fake-hub-token/);
  });

  it('a token that sees no servers is refused; one that sees some is partial', async () => {
    hub.users = [{ name: 'meierk' }];
    await expect(poll()).rejects.toThrow('read:servers');
    hub.users.push(...crowd(1));
    expect(await poll()).toMatchObject({ complete: false });
  });
});
