import { mkdtempSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HrBench, writeFeed } from '../../../../test/support/hr-bench.ts';
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

function bench(hr: Record<string, unknown> = {}): HrBench {
  return new HrBench(warehouse, { feeds: [{ name: 'csv', kind: 'csv', path: file, watch: false }], ...hr });
}

const some = ['kim', 'jo', 'alex', 'sam', 'max', 'eve'];
const all = some.map((user) => ({ user }));

describe('privacy', () => {
  it('keeps names out of every table and log, and in a private file only', async () => {
    const hr = bench({ access_groups: ['sce'] });
    writeFeed(
      file,
      all.map((p) => ({ ...p, user: `${p.user}secretname`, groups: 'sce' })),
    );
    await hr.poll('csv', '2026-11-02');
    for (const table of ['people', 'identities', 'access', 'hr_feeds']) {
      const rows = await warehouse.reader.rows(`select * from ${table}`);
      expect(rows.length).toBeGreaterThan(0);
      expect(
        JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
      ).not.toMatch(/secretname|example\.com|Name of/);
    }
    expect(hr.logged.join('') + JSON.stringify([...hr.states])).not.toMatch(/secretname/);
    const names = join(hr.config.dataDir, 'names');
    expect(readdirSync(names)).toEqual(['csv.json']);
    expect(statSync(join(names, 'csv.json')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(names, 'csv.json'), 'utf8')).toMatch(/Name of kimsecretname/);
    expect((await loadNames(hr.config.dataDir)).get(hr.pseudonymiser.person('kimsecretname'))).toEqual({
      name: 'Name of kimsecretname',
      email: 'kimsecretname.mail@example.com',
    });
  });

  it('links the local part of the e-mail address to the person', async () => {
    const hr = bench();
    writeFeed(file, all);
    await hr.poll('csv', '2026-11-02');
    const [row] = await warehouse.reader.rows('select person_key from identities where key = $1', [
      hr.pseudonymiser.person('kim.mail'),
    ]);
    expect(row).toEqual({ person_key: hr.pseudonymiser.person('kim') });
  });
});

describe('two feeds', () => {
  it('do not quarrel over a person: the first keeps them', async () => {
    const other = join(directory, 'other.csv');
    const hr = bench({
      feeds: [
        { name: 'csv', kind: 'csv', path: file, watch: false },
        { name: 'more', kind: 'csv', path: other, watch: false },
      ],
    });
    writeFeed(file, all);
    writeFeed(other, [{ user: 'kim', department: 'Elsewhere' }, { user: 'new' }]);
    await hr.poll('csv', '2026-11-02');
    await hr.poll('more', '2026-11-03');
    expect((await hr.people([...some, 'new'])).filter((row) => /kim|new/.test(row))).toEqual([
      '2026-11-02 kim Oncology IC active',
      '2026-11-03 new Oncology IC active',
    ]);
    const [feed] = await warehouse.reader.rows("select overlapping from hr_feeds where source = 'more'");
    expect(feed).toEqual({ overlapping: 1 });
  });
});

describe('calendars', () => {
  it('hold every day of some years by location, with overrides, and are written again only when something changed', async () => {
    const hr = bench({
      calendars: {
        Mainz: { country: 'DE', state: 'RP', holidays: { '2026-12-28': 'Closed' }, working_days: ['2026-12-26'] },
      },
      calendar_years_back: 0,
      calendar_years_ahead: 0,
    });
    writeFeed(file, all);
    await hr.poll('csv', '2026-11-02');
    await hr.poll('calendars', '2026-11-02');
    expect(await hr.poll('calendars', '2026-11-03')).toMatchObject({ rowsWritten: 0 });
    const rows = await warehouse.reader.rows(
      "select timestamp, is_working_day, holiday from calendar_days where location = 'Mainz' and timestamp in '2026' order by timestamp",
    );
    expect(rows).toHaveLength(365);
    const on = (day: string) => rows.find((row) => (row['timestamp'] as Date).toISOString().startsWith(day));
    expect(on('2026-05-01')).toMatchObject({ is_working_day: false, holiday: expect.any(String) });
    expect(on('2026-12-28')).toMatchObject({ is_working_day: false, holiday: 'Closed' });
    expect(on('2026-12-26')).toMatchObject({ is_working_day: true });
    expect(on('2026-11-03')).toMatchObject({ is_working_day: true, holiday: null });
    expect(on('2026-11-07')).toMatchObject({ is_working_day: false, holiday: null });
    const [count] = await warehouse.reader.rows("select count() n from calendar_days where location = '*'");
    expect(count).toEqual({ n: 365 });
  });
});
