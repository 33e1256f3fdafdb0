import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gitPseudonymiser } from '../support/git-poll.ts';
import { testConfig } from '../support/test-config.ts';
import { useWarehouse } from '../support/warehouse.ts';
import { askView, person, pick, store } from '../../ingestor/src/views/shared/test-rows.ts';
import { storageClaims } from '../../ingestor/src/views/storage/claims-view.ts';
import { storage } from '../../ingestor/src/views/storage/view.ts';
import type { Row, Warehouse } from '../../ingestor/src/warehouse/warehouse.ts';
import type { PollOutcome } from '../../ingestor/src/sources/source.ts';
import { homeDrivesSource } from '../../ingestor/src/sources/home-drives/source.ts';

const gib = 2 ** 20; // in blocks of 1 KiB
const gb = 2 ** 30;
const header =
  'User,BlockStatus,FileStatus,BlockUsed,BlockSoftLimit,BlockHardLimit,BlockGrace,FileUsed,FileSoftLimit,FileHardLimit,FileGrace';
/** GiB by account. */
const quota = (used: Readonly<Record<string, number>>): string =>
  `${[header, ...Object.entries(used).map(([name, gigabytes]) => `${name},ok,ok,${gigabytes * gib},${10 * gib},${12 * gib},,7,0,0,`)].join('\n')}\n`;
const pseudonymiser = gitPseudonymiser();
const key = (name: string): string => pseudonymiser.person(name);

let directory: string;
let warehouse: Warehouse;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'sce-home-'));
  warehouse = await useWarehouse();
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const write = (name: string, text: string): string => {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
};
const config = (report: object = {}, more: object = {}) =>
  testConfig({
    home_drives: { reports: [{ name: 'home', path: directory, watch: false, ...report }], ...more },
    views: { small_groups: { min_people: 1, max_share: 1 } },
  });

async function poll(state: unknown = null, report: object = {}, into: Warehouse = warehouse): Promise<PollOutcome> {
  const log = pino({ level: 'silent' });
  const [instance] = homeDrivesSource.instances({ config: config(report), warehouse: into, pseudonymiser, log });
  const outcome = await instance!.poll({
    startedAt: new Date('2026-10-05T03:00:00Z'),
    state,
    checkpoint: async () => undefined,
    progress: () => undefined,
    signal: new AbortController().signal,
    log,
  });
  await warehouse.settle(['home_drives', 'home_snapshots']);
  return outcome;
}

const rows = (sql: string): Promise<Row[]> => warehouse.reader.rows<Row>(sql);
const held = async (from = '2026-10-02', to = '2026-10-05'): Promise<unknown[][]> => {
  const { objects } = await askView(warehouse, config(), {
    view: storageClaims,
    params: { store: 'homes' },
    from: `${from}T00:00:00Z`,
    to: `${to}T00:00:00Z`,
    principal: { scope: 'platform' },
  });
  return pick(objects, ['user', 'owner', 'used_bytes', 'capacity_bytes', 'growth_bytes']);
};

describe('reports of home drives', () => {
  beforeEach(async () => {
    await store(warehouse, {
      people: [
        person(key('anna'), '2026-01-01'),
        person(key('ben'), '2026-01-01', { department: 'B' }),
        person(key('carl'), '2026-01-01', { department: 'B' }),
        person(key('carl'), '2026-03-11', { department: 'B', active: false, left_on: new Date('2026-03-10') }),
      ],
    });
    write('home-2026-10-01.csv', quota({ root: 50, anna: 4, BEN: 2, carl: 9.5, '#20417': 1, gone: 3 }));
    write('home-2026-10-03.csv', quota({ root: 50, anna: 5, BEN: 2, carl: 9.5, '#20417': 1, newcomer: 3 }));
  });

  it('are dated snapshots without a name, which the view storage shows', async () => {
    const first = await poll();
    expect(first).toMatchObject({ rowsRead: 10, complete: true });
    expect(await rows('select timestamp, drives, used_bytes from home_snapshots')).toEqual([
      { timestamp: new Date('2026-10-01'), drives: 5, used_bytes: 19.5 * gb },
      { timestamp: new Date('2026-10-03'), drives: 5, used_bytes: 20.5 * gb },
    ]);
    expect(JSON.stringify(await rows('select * from home_drives'), (_, value: unknown) => String(value))).not.toMatch(
      /anna|ben|carl|20417|newcomer/i,
    );
    const { objects, meta } = await askView(warehouse, config(), {
      view: storage,
      params: { store: 'homes', group_by: 'department' },
      from: '2026-10-02T00:00:00Z',
      to: '2026-10-05T00:00:00Z',
    });
    expect(
      pick(objects, ['department', 'owner', 'claims', 'used_bytes', 'used_share', 'growth_bytes', 'nearly_full']),
    ).toEqual([
      ['A', 'employed', 1, 5 * gb, 0.5, gb, 0],
      ['B', 'employed', 1, 2 * gb, 0.2, 0, 0],
      ['B', 'left', 1, 9.5 * gb, 0.95, 0, 1],
      // An account that was removed: somebody who left; and one that the directory does not know.
      ['unattributed', 'left', 1, gb, 0.1, 0, 0],
      ['unattributed', 'unattributed', 1, 3 * gb, 0.3, 3 * gb, 0],
    ]);
    expect(meta.notices).toEqual([]);
    expect(meta.howComputed).toContain('newest report of each file system');
    expect(await held()).toEqual([
      [key('carl'), 'left', 9.5 * gb, 10 * gb, 0],
      [key('anna'), 'employed', 5 * gb, 10 * gb, gb],
      [key('newcomer'), 'unattributed', 3 * gb, 10 * gb, 3 * gb],
      [key('ben'), 'employed', 2 * gb, 10 * gb, 0],
      [null, 'left', gb, 10 * gb, 0],
    ]);
    // As of the first report the one who has gone since is there.
    expect((await held('2026-09-01', '2026-10-02')).map((row) => row[0])).toContain(key('gone'));
    expect(await poll(first.state)).toMatchObject({ rowsWritten: 0 });
  });

  it('a day that is delivered again replaces its report; one that is cut off changes nothing', async () => {
    const { state } = await poll();
    const before = await held();
    write('home-2026-10-03.csv', quota({ anna: 6, ben: 2, carl: 9.5, '#20417': 1 }));
    utimesSync(join(directory, 'home-2026-10-03.csv'), 2_000_000_000, 2_000_000_000);
    const real = warehouse;
    const cut: Warehouse = {
      reader: real.reader,
      settle: (tables) => real.settle(tables),
      close: () => real.close(),
      writer: {
        writeLines: (...args) => real.writer.writeLines(...args),
        write: async (batches) => {
          if (batches[0]?.table === 'home_snapshots') throw new Error('killed');
          await real.writer.write(batches);
        },
      },
    };
    await expect(poll(state, {}, cut)).rejects.toThrow('killed');
    await warehouse.settle(['home_drives']);
    expect(await held()).toEqual(before);
    await poll(state);
    expect((await held()).map(([user, , used]) => [user, used])).toEqual([
      [key('carl'), 9.5 * gb],
      [key('anna'), 6 * gb],
      [key('ben'), 2 * gb],
      [null, gb],
    ]);
  });

  it('half a report is refused, the last good one stays; an old bad one does not keep the later ones', async () => {
    const { state } = await poll();
    const before = await held();
    write('home-2026-10-04.csv', quota({ anna: 5, ben: 2, carl: 9.5 }));
    await expect(poll(state)).rejects.toMatchObject({
      code: 'FEED_REFUSED',
      message: expect.stringMatching(/3 drives.*had 5/),
    });
    expect(await held()).toEqual(before);
    write('home-2026-10-05.csv', quota({ anna: 5, ben: 2, carl: 9.5, '#20417': 1, newcomer: 4 }));
    expect(await poll(state)).toMatchObject({ complete: true });
    expect((await held('2026-10-02', '2026-10-06')).find(([user]) => user === key('newcomer'))?.[2]).toBe(4 * gb);
  });
});

describe('du', () => {
  const du = (...lines: string[]): string =>
    `path,bytes,files,newest_mtime,scanned_at\n${lines.map((line) => `${line}\n`).join('')}`;

  it('one file: of the day on which it was scanned; people by the last part of the path', async () => {
    const path = write(
      'du.csv',
      du(
        `/srv/home/anna,${2 * gb},10,2026-09-30T12:00:00Z,2026-10-04T22:30:00Z`,
        '/srv/home/ben/,,,,2026-10-04T22:40:00Z',
      ),
    );
    const { state } = await poll(null, { path });
    expect(await rows('select timestamp, owner, used_bytes, changed_on, is_partial from home_drives')).toEqual(
      expect.arrayContaining([
        {
          timestamp: new Date('2026-10-04'),
          owner: key('anna'),
          used_bytes: 2 * gb,
          changed_on: new Date('2026-09-30'),
          is_partial: false,
        },
        { timestamp: new Date('2026-10-04'), owner: key('ben'), used_bytes: null, changed_on: null, is_partial: true },
      ]),
    );
    expect(await poll(state, { path })).toMatchObject({ rowsWritten: 0 });
    const { meta } = await askView(warehouse, config(), {
      view: storage,
      params: { store: 'homes' },
      from: '2026-10-01T00:00:00Z',
      to: '2026-10-20T00:00:00Z',
    });
    expect(meta.notices).toEqual([
      '1 drives could not be read whole: what they hold is a lower bound',
      'the last report is older than 7 days: home (2026-10-04)',
      'there is no report from before the range, growth is not known: home',
    ]);
  });

  it('of projects is nobody’s own', async () => {
    const path = write('du.csv', du('/srv/projects/study-x,5,1,,2026-10-04T22:30:00Z'));
    await poll(null, { path, is_shared: true });
    expect(await held()).toEqual([[null, 'shared', 5, null, 0]]);
  });
});
