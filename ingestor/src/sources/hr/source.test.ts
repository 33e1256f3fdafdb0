import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { feedHeader, HrBench, writeFeed, type FeedPerson } from '../../../../test/support/hr-bench.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import { loadNames } from '../../identity/names.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';

let warehouse: Warehouse;
let directory: string;
let file: string;

beforeAll(async () => {
  warehouse = await useWarehouse();
});

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'sce-feed-'));
  file = join(directory, 'people.csv');
  for (const table of ['people', 'identities', 'access', 'calendar_days', 'hr_feeds', 'poll_runs'])
    await warehouse.reader.execute(`truncate table ${table}`);
});

const deliver = (people: readonly FeedPerson[], path = file): void => writeFeed(path, people);

function bench(options: Record<string, unknown> = {}, hr: Record<string, unknown> = {}): HrBench {
  return new HrBench(warehouse, { feeds: [{ name: 'csv', kind: 'csv', path: file, watch: false, ...options }], ...hr });
}

const some = ['kim', 'jo', 'alex', 'sam', 'max', 'eve'];
const all: FeedPerson[] = some.map((user) => ({ user }));

describe('dated rows', () => {
  it('are written once, and only for what changes', async () => {
    const hr = bench();
    deliver(all);
    expect(await hr.poll('csv', '2026-11-02')).toMatchObject({ rowsRead: 6 });
    deliver(all);
    expect(await hr.poll('csv', '2026-11-03')).toMatchObject({ rowsRead: 6, rowsWritten: 0 });
    expect(await hr.poll('csv', '2026-11-04')).toMatchObject({ rowsRead: 0, rowsWritten: 0 });
    expect(await hr.people(some)).toHaveLength(6);
  });

  it('split a department change in mid-month at its day', async () => {
    const hr = bench();
    deliver(all);
    await hr.poll('csv', '2026-11-02');
    deliver(all.map((p) => (p.user === 'kim' ? { ...p, department: 'Safety' } : p)));
    await hr.poll('csv', '2026-11-15');
    expect((await hr.people(some)).filter((row) => row.includes('kim'))).toEqual([
      '2026-11-02 kim Oncology IC active',
      '2026-11-15 kim Safety IC active',
    ]);
  });

  it('follow valid_from rather than the snapshot day, over what snapshots said since', async () => {
    const hr = bench();
    deliver(all);
    await hr.poll('csv', '2026-11-02');
    deliver(all.map((p) => (p.user === 'kim' ? { ...p, title: 'Lead' } : p)));
    await hr.poll('csv', '2026-11-12');
    deliver(all.map((p) => (p.user === 'kim' ? { ...p, title: 'Lead', department: 'Safety', from: '2026-11-08' } : p)));
    await hr.poll('csv', '2026-11-15');
    expect((await hr.people(some)).filter((row) => row.includes('kim'))).toEqual([
      '2026-11-02 kim Oncology IC active',
      '2026-11-08 kim Safety IC active',
      '2026-11-12 kim Safety IC active',
    ]);
  });

  it.each([
    ['on the 9th the month before is still open', '2026-11-09', '2026-10-05', 0],
    ['on the 10th it is closed: counted, and from the first open day on', '2026-11-10', '2026-11-01', 1],
  ])('%s', async (_, day, expected, late) => {
    const hr = bench();
    deliver(all);
    await hr.poll('csv', '2026-09-20');
    deliver(all.map((p) => (p.user === 'kim' ? { ...p, department: 'Safety', from: '2026-10-05' } : p)));
    await hr.poll('csv', day);
    expect((await hr.people(some)).filter((row) => row.includes('kim'))).toEqual([
      '2026-09-20 kim Oncology IC active',
      `${expected} kim Safety IC active`,
    ]);
    const feeds = await warehouse.reader.rows('select late_corrections from hr_feeds order by timestamp');
    expect(feeds.map((row) => row['late_corrections'])).toEqual([0, late]);
    // The same again is no new correction and no new row.
    deliver(all.map((p) => (p.user === 'kim' ? { ...p, department: 'Safety', from: '2026-10-05' } : p)));
    expect(await hr.poll('csv', '2026-11-12')).toMatchObject({ rowsWritten: 0 });
  });

  it('take several dated rows of one person from one file, also ahead', async () => {
    const hr = bench();
    deliver([...all, { user: 'kim', department: 'Safety', from: '2026-12-01' }]);
    await hr.poll('csv', '2026-11-02');
    expect((await hr.people(some)).filter((row) => row.includes('kim'))).toEqual([
      '2026-11-02 kim Oncology IC active',
      '2026-12-01 kim Safety IC active',
    ]);
  });

  it('keep the history of an account that is renamed, and lead the new name to it', async () => {
    const hr = bench();
    deliver(all);
    await hr.poll('csv', '2026-11-02');
    deliver(all.map((p) => (p.user === 'kim' ? { id: 'id-kim', user: 'kim2', department: 'Safety' } : p)));
    await hr.poll('csv', '2026-11-05');
    expect((await hr.people(some)).filter((row) => row.includes('kim'))).toHaveLength(2);
    const [row] = await warehouse.reader.rows(
      'select person_key, how from identities where key = $1 latest on timestamp partition by key',
      [hr.pseudonymiser.person('kim2')],
    );
    expect(row).toEqual({ person_key: hr.pseudonymiser.person('kim'), how: 'username' });
  });

  it('give a re-used user name to the one who has it now', async () => {
    const hr = bench();
    deliver(all);
    await hr.poll('csv', '2026-11-02');
    deliver([
      ...all.map((p) => (p.user === 'kim' ? { ...p, active: 'false' } : p)),
      { id: 'another', user: 'KIM', department: 'Safety' },
    ]);
    await hr.poll('csv', '2026-11-05');
    const rows = await warehouse.reader.rows(
      'select person_id, department from people where person_key = $1 order by timestamp',
      [hr.pseudonymiser.person('kim')],
    );
    expect(rows.map((row) => row['department'])).toEqual(['Oncology', 'Safety']);
    expect(rows[0]!['person_id']).not.toBe(rows[1]!['person_id']);
  });
});

describe('managers', () => {
  it('are those to whom somebody active reports, whatever the reference and the title', async () => {
    const hr = bench();
    deliver([
      { user: 'boss', manager: 'id-boss' },
      { user: 'byid', manager: 'id-boss' },
      { user: 'bymail', manager: 'BYID.mail@example.com' },
      { user: 'byname', manager: 'bymail' },
      { user: 'vacant', manager: 'id-nobody' },
      { user: 'alone', title: 'Senior Manager' },
      { user: 'ofleaver', manager: '' },
      { user: 'leaver', manager: 'id-ofleaver', active: 'false' },
      { user: 'ofcontractor' },
      { user: 'external', type: 'Contractor', manager: 'id-ofcontractor' },
      { user: 'ring1', manager: 'id-ring2' },
      { user: 'ring2', manager: 'id-ring1' },
    ]);
    await hr.poll('csv', '2026-11-02');
    const rows = await hr.people([
      'boss',
      'byid',
      'bymail',
      'byname',
      'vacant',
      'alone',
      'ofleaver',
      'ofcontractor',
      'ring1',
      'ring2',
    ]);
    const managers = rows.filter((row) => row.includes(' manager ')).map((row) => row.split(' ')[1]);
    expect(managers).toEqual(['boss', 'bymail', 'byid', 'ring1', 'ring2'].sort());
    const [feed] = await warehouse.reader.rows('select unknown_managers, manager_cycles from hr_feeds');
    expect(feed).toEqual({ unknown_managers: 1, manager_cycles: 1 });
  });

  it('count contractors when configured, and change with their reports', async () => {
    const hr = bench({}, { contractors_are_reports: true });
    deliver([{ user: 'kim' }, { user: 'jo', type: 'contractor', manager: 'id-kim' }]);
    await hr.poll('csv', '2026-11-02');
    deliver([{ user: 'kim' }, { user: 'jo', type: 'contractor', manager: 'id-kim', left: '2026-11-20' }]);
    await hr.poll('csv', '2026-11-16');
    expect(await hr.people(some)).toEqual([
      '2026-11-02 jo Oncology IC active',
      '2026-11-02 kim Oncology manager active',
      '2026-11-16 jo Oncology IC active',
      '2026-11-21 jo Oncology IC left',
      '2026-11-21 kim Oncology IC active',
    ]);
  });
});

describe('leavers', () => {
  it('end after seven good feeds without them, not after seven readings of a day, and access ends with them', async () => {
    const hr = bench({}, { access_groups: ['sce'] });
    deliver(all.map((p) => ({ ...p, groups: 'sce|other' })));
    await hr.poll('csv', '2026-11-02');
    const rest = all.filter((p) => p.user !== 'kim').map((p) => ({ ...p, groups: 'sce' }));
    for (let again = 0; again < 10; again++) {
      deliver(rest);
      await hr.poll('csv', '2026-11-03');
    }
    for (let day = 4; day <= 8; day++) {
      deliver(rest);
      await hr.poll('csv', `2026-11-0${day}`);
    }
    expect((await hr.people(some)).filter((row) => row.endsWith('left'))).toEqual([]);
    deliver(rest);
    await hr.poll('csv', '2026-11-09');
    expect((await hr.people(some)).filter((row) => row.endsWith('left'))).toEqual(['2026-11-09 kim Oncology IC left']);
    const access = await warehouse.reader.rows(
      'select timestamp, access_group, has_access from access where person_key = $1 order by timestamp',
      [hr.pseudonymiser.person('kim')],
    );
    expect(
      access.map((row) => [
        (row['timestamp'] as Date).toISOString().slice(0, 10),
        row['access_group'],
        row['has_access'],
      ]),
    ).toEqual([
      ['2026-11-02', 'sce', true],
      ['2026-11-09', 'sce', false],
    ]);
  });

  it('who come back before that never left', async () => {
    const hr = bench();
    deliver(all);
    await hr.poll('csv', '2026-11-02');
    for (let day = 3; day <= 20; day++) {
      deliver(day % 5 === 0 ? all : all.slice(1));
      await hr.poll('csv', `2026-11-${String(day).padStart(2, '0')}`);
    }
    expect((await hr.people(some)).filter((row) => row.endsWith('left'))).toEqual([]);
  });

  it('end the day after their end date, even when it is told late', async () => {
    const hr = bench();
    deliver(all);
    await hr.poll('csv', '2026-11-02');
    deliver(all.map((p) => (p.user === 'kim' ? { ...p, left: '2026-11-10' } : p)));
    await hr.poll('csv', '2026-11-15');
    expect((await hr.people(some)).filter((row) => row.includes('kim'))).toEqual([
      '2026-11-02 kim Oncology IC active',
      '2026-11-11 kim Oncology IC left',
    ]);
  });
});

describe('a feed that looks wrong', () => {
  it.each<[string, () => void, RegExp]>([
    ['has lost many', () => deliver(all.slice(0, 4)), /it has 4 people, the last had 6/],
    ['is empty', () => deliver([]), /it is empty/],
    ['has somebody twice', () => deliver([...all, { user: 'kim' }]), /row 2 and row 8 have the same person_id/],
    [
      'has one user name twice',
      () => deliver([...all, { id: 'x', user: 'KIM@example.com' }]),
      /two active people with the same user name/,
    ],
    [
      'has lost a column of values',
      () => deliver(all.map((p) => ({ ...p, department: ' ' }))),
      /0 people have a department/,
    ],
    [
      'has many unusable rows',
      () => deliver([...all, { user: '', id: ' ' }].map((p) => (p.user === '' ? { ...p, from: 'soon' } : p))),
      /valid_from is no day|unusable/,
    ],
    ['is cut short', () => writeFileSync(file, `${feedHeader}\nid-kim,kim,k@example.com,"Kim`), /broken at line/],
    [
      'is in another encoding',
      () => writeFileSync(file, Buffer.from(`${feedHeader}\nid,k\xfc,,,,,,,,,,,\n`, 'latin1')),
      /is not utf-8; set "encoding"/,
    ],
    ['has other columns', () => writeFileSync(file, 'a,b\n1,2\n'), /has no column username, department/],
  ])('because it %s changes nothing', async (_, breakIt, reason) => {
    const hr = bench();
    deliver(all);
    await hr.poll('csv', '2026-11-02');
    const before = [await hr.people(some), hr.states.get('csv'), await loadNames(hr.config.dataDir)];
    breakIt();
    await expect(hr.poll('csv', '2026-11-03')).rejects.toMatchObject({
      code: 'FEED_REFUSED',
      message: expect.stringMatching(reason),
    });
    expect([await hr.people(some), hr.states.get('csv'), await loadNames(hr.config.dataDir)]).toEqual(before);
  });

  it('is also noticed on a new machine, without the state file', async () => {
    deliver(all);
    await bench().poll('csv', '2026-11-02');
    deliver(all.slice(0, 3));
    await expect(bench().poll('csv', '2026-11-03')).rejects.toThrow(/it has 3 people, the last had 6/);
  });

  it('is visible in poll_runs, without names', async () => {
    const hr = bench();
    deliver([...all, { id: 'x', user: 'kim' }]);
    const poller = hr.poller();
    await poller.run('hr', 'csv');
    await poller.stop();
    await warehouse.settle(['poll_runs']);
    const [run] = await warehouse.reader.rows('select outcome, error_code, error from poll_runs');
    expect(run).toMatchObject({ outcome: 'refused', error_code: 'FEED_REFUSED' });
    expect(JSON.stringify(run) + hr.logged.join('')).not.toMatch(/kim/);
  });
});

describe('files', () => {
  it('of a directory are read in the order of their days, each once, a bad one left out', async () => {
    const folder = join(directory, 'daily');
    mkdirSync(folder);
    const hr = bench({ path: folder });
    deliver(all, join(folder, 'people-2026-11-02.csv'));
    writeFileSync(join(folder, 'people-2026-11-03.csv'), 'nonsense');
    deliver(
      all.map((p) => (p.user === 'kim' ? { ...p, department: 'Safety' } : p)),
      join(folder, 'people_20261104.csv'),
    );
    expect(await hr.poll('csv', '2026-11-05')).toMatchObject({ rowsRead: 12 });
    expect(await hr.poll('csv', '2026-11-05')).toMatchObject({ rowsRead: 0 });
    expect((await hr.people(some)).filter((row) => row.includes('kim'))).toEqual([
      '2026-11-02 kim Oncology IC active',
      '2026-11-04 kim Safety IC active',
    ]);
    expect(hr.logged.join('')).toMatch(/HR file left out/);
  });

  it('are read as soon as they change', async () => {
    deliver(all);
    const hr = bench({ watch: true });
    const poller = hr.poller();
    await poller.start();
    await vi.waitFor(
      () => expect(poller.status().find((each) => each.instance === 'csv')?.lastSuccessAt).not.toBeNull(),
      20_000,
    );
    const first = poller.status().find((each) => each.instance === 'csv')!.lastSuccessAt;
    deliver(all.map((p) => (p.user === 'kim' ? { ...p, department: 'Safety' } : p)));
    await vi.waitFor(
      () => expect(poller.status().find((each) => each.instance === 'csv')?.lastSuccessAt).not.toBe(first),
      20_000,
    );
    await poller.stop();
    expect((await hr.people(some)).some((row) => row.includes('kim Safety'))).toBe(true);
  });
});
