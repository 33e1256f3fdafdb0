import { pino } from 'pino';
import { beforeAll, describe, expect, it } from 'vitest';
import { activeDay, labels, peopleRows, type TestPerson } from '../../../../test/support/people-rows.ts';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { CellValue, Warehouse } from '../../warehouse/warehouse.ts';
import type { Principal } from '../principal.ts';
import { runView } from '../run-view.ts';
import { departmentFrequency } from './view.ts';

// 28 days: Monday 2 February to Sunday 1 March 2026, four blocks of seven; 20 working days, 18 in Lyon.
const now = new Date('2026-03-04T12:00:00Z');
const range = { from: '2026-02-02', to: '2026-03-02' };
const workdays = labels('2026-02-02', '2026-03-01', [1, 2, 3, 4, 5]);
const weekends = labels('2026-02-02', '2026-03-01', [6, 7]);
const lyonHolidays = ['2026-02-10', '2026-02-17'];
let warehouse: Warehouse;

/** Five alike, so that nothing is merged. */
const five = (name: string, person: Omit<TestPerson, 'key'>): TestPerson[] =>
  [1, 2, 3, 4, 5].map((index) => ({ key: `u_${name}${index}`, access: true, ...person }));

const people: TestPerson[] = [
  ...five('daily', { days: workdays.slice(0, 10) }), // exactly half of 20
  ...five('not_quite', { days: workdays.slice(0, 9) }), // 9 of 20 in two blocks: monthly
  ...five('weekly', { days: ['2026-02-03', '2026-02-09', '2026-02-23'] }), // blocks 1, 2 and 4
  ...five('weekend', { days: weekends }), // all eight weekend days: no working day, but every block
  ...five('less', {}),
  ...five('before', { days: ['2026-02-01'] }), // the day before the window
  ...five('after', { days: ['2026-03-02'] }), // the day after it
  ...five('new', { joined: '2026-02-02', days: workdays }),
  ...five('almost_new', { joined: '2026-02-01', days: workdays.slice(0, 10) }),
  // 9 of Lyon's 18 working days are half of them; on a holiday one is active, but it is no working day.
  ...five('lyon', {
    location: 'Lyon',
    department: 'B',
    days: workdays.filter((day) => !lyonHolidays.includes(day)).slice(0, 9),
  }),
  ...five('lyon_holiday', {
    location: 'Lyon',
    department: 'B',
    days: [...workdays.filter((day) => !lyonHolidays.includes(day)).slice(0, 8), ...lyonHolidays],
  }),
  // Moves: as of the last day.
  ...five('mover', { department: 'A', moves: { '2026-02-20': { department: 'B' } }, days: ['2026-02-03'] }),
  ...five('no_access', { access: false, days: workdays }),
  ...five('leaver', { left: '2026-02-28', days: workdays }),
  ...five('last_day', { left: '2026-03-01', department: 'B', days: workdays }),
  // Thirteen hours ahead: the local Monday 2 February began on 1 February, 11:00 UTC.
  ...five('east', { zone: 'Etc/GMT-13', department: 'B', days: ['2026-02-02', '2026-02-09', '2026-02-16'] }),
  ...five('west', { zone: 'Etc/GMT+11', department: 'B', days: ['2026-02-15', '2026-02-22', '2026-03-01'] }),
];

beforeAll(async () => {
  warehouse = await useWarehouse();
  const calendar = labels('2026-01-01', '2026-03-31').flatMap((label) =>
    ['*', 'Lyon'].map((location) => ({
      timestamp: new Date(`${label}T00:00:00Z`),
      location,
      is_working_day: !weekendDay(label) && !(location === 'Lyon' && lyonHolidays.includes(label)),
      holiday: null,
    })),
  );
  await warehouse.writer.write([
    ...peopleRows(people, '2025-12-01'),
    { table: 'calendar_days', rows: calendar },
    { table: 'container_usage_1d', rows: labels('2025-12-01', '2026-03-03').map((label) => usage(label, 1)) },
    // The platform begins; batch runs of one group; a container alive without any activity.
    {
      table: 'user_days',
      rows: [
        ...people
          .filter(({ key }) => key.startsWith('u_less'))
          .flatMap(({ key }) => [
            activeDay(key, '2026-02-10', { component: 'batch', basis: 'cpu' }),
            activeDay(key, '2026-02-11', { basis: 'none' }),
          ]),
        activeDay('u_first', '2025-12-01', { basis: 'none' }),
      ],
    },
  ]);
  await warehouse.settle(['people', 'access', 'user_days', 'calendar_days', 'container_usage_1d']);
});

function weekendDay(label: string): boolean {
  return [0, 6].includes(new Date(label).getUTCDay());
}
function usage(label: string, coverage: number) {
  return {
    timestamp: new Date(`${label}T00:00:00Z`),
    day: label,
    container_id: 'c',
    node: 'n',
    alive_seconds: 86_400,
    covered_seconds: 86_400 * coverage,
  };
}

const aggregate: Principal = { scope: 'aggregate', write: false, personKey: null, department: null, name: 'test' };
async function ask(params: Record<string, unknown> = {}, asked = range, principal = aggregate) {
  const answer = await runView(
    { view: departmentFrequency, principal, params, range: asked },
    { reader: warehouse.reader, config: testConfig(), log: pino({ level: 'silent' }), now: () => now },
  );
  const names = answer.columns.map(({ name }) => name);
  return {
    ...answer,
    objects: answer.rows.map(
      (row) => Object.fromEntries(row.map((cell, index) => [names[index] ?? '', cell])) as Record<string, CellValue>,
    ),
  };
}
const classes = async (...asked: Parameters<typeof ask>) =>
  (await ask(...asked)).objects.map((row) => [
    row['department'],
    row['class'],
    row['people'],
    row['people_with_access'],
  ]);

describe('department-frequency', () => {
  it('golden rows', async () => {
    const { objects, meta } = await ask();
    expect(
      objects.map((row) => [row['department'], row['class'], row['people'], row['people_with_access'], row['share']]),
    ).toEqual([
      ['A', 'new', 5, 45, 5 / 45],
      ['A', 'daily', 10, 45, 10 / 45], // daily, almost_new
      ['A', 'weekly', 10, 45, 10 / 45], // weekly, weekend
      ['A', 'monthly', 5, 45, 5 / 45], // not_quite
      ['A', 'less', 15, 45, 15 / 45], // less, before, after
      ['B', 'daily', 10, 30, 10 / 30], // lyon, last_day
      ['B', 'weekly', 15, 30, 15 / 30], // east, west, lyon_holiday (8 of 18)
      ['B', 'monthly', 5, 30, 5 / 30], // mover
    ]);
    expect(
      objects.every(
        (row) =>
          row['until'] instanceof Date &&
          row['until'].getTime() === Date.UTC(2026, 2, 2) &&
          row['previous_people'] === null,
      ),
    ).toBe(true);
    expect(meta.coverage).toBe(1);
    expect(meta.howComputed).toMatch(
      /28 days up to 2026-03-01 .* People with access: membership of a group that gives access;/,
    );
    expect(meta.howComputed).toContain('or a visit, component interactive');
  });

  it.each<[string, Record<string, unknown>, [string, number][]]>([
    [
      'all together',
      { group_by: [] },
      [
        ['new', 5],
        ['daily', 20],
        ['weekly', 25],
        ['monthly', 10],
        ['less', 15],
      ],
    ],
    [
      'batch',
      { group_by: [], component: 'batch' },
      [
        ['new', 5],
        ['monthly', 5],
        ['less', 65],
      ],
    ],
    [
      'any',
      { group_by: [], component: 'any' },
      [
        ['new', 5],
        ['daily', 20],
        ['weekly', 25],
        ['monthly', 15],
        ['less', 10],
      ],
    ],
    [
      'git',
      { group_by: [], component: 'git' },
      [
        ['new', 5],
        ['less', 70],
      ],
    ],
    [
      'visits',
      { group_by: [], component: 'any', basis: 'visit' },
      [
        ['new', 5],
        ['daily', 20],
        ['weekly', 25],
        ['monthly', 10],
        ['less', 15],
      ],
    ],
    [
      'cpu',
      { group_by: [], component: 'batch', basis: 'cpu' },
      [
        ['new', 5],
        ['monthly', 5],
        ['less', 65],
      ],
    ],
    [
      'a department',
      { department: 'B' },
      [
        ['daily', 10],
        ['weekly', 15],
        ['monthly', 5],
      ],
    ],
    [
      'a location',
      { group_by: [], location: 'Lyon' },
      [
        ['daily', 5],
        ['weekly', 5],
      ],
    ],
  ])('%s: the classes sum to the people with access', async (_, params, expected) => {
    const { objects } = await ask(params);
    expect(objects.map((row) => [row['class'], row['people']])).toEqual(expected);
    const all = expected.reduce((sum, [, count]) => sum + count, 0);
    for (const row of objects) expect(row['people_with_access']).toBe(all);
  });

  it('a department caller gets the department', async () => {
    expect(
      (await classes({}, range, { ...aggregate, scope: 'department', department: 'B' })).map(
        ([department]) => department,
      ),
    ).toEqual(['B', 'B', 'B']);
  });

  it('over time, and with the period before', async () => {
    const { objects } = await ask({ group_by: [], over_time: true }, { from: '2026-02-16', to: '2026-03-02' });
    expect([...new Set(objects.map((row) => (row['until'] as Date).toISOString().slice(0, 10)))]).toEqual([
      '2026-02-23',
      '2026-03-02',
    ]);
    const compared = await ask({ group_by: [], compare: 'previous' });
    // Then: 5 joined on 1 February (new), leavers and last_day were not active, `before` had its day.
    expect(
      compared.objects.map((row) => [row['class'], row['people'], row['previous_people'], row['change_people']]),
    ).toEqual([
      ['new', 5, 5, 0],
      ['daily', 20, 0, 20],
      ['weekly', 25, 0, 25],
      ['monthly', 10, 5, 5],
      ['less', 15, 65, -50],
    ]);
  });

  it('a week that is not over everywhere is not counted', async () => {
    const { objects } = await ask({ group_by: [] }, { from: '2026-02-02', to: '2026-03-04' });
    expect(objects[0]?.['until']).toEqual(new Date('2026-03-02T00:00:00Z'));
  });

  it('before the data begin there is no class', async () => {
    const rows = await classes({}, { from: '2025-11-01', to: '2025-12-08' });
    expect(rows.map(([department, name]) => [department, name])).toEqual([
      ['A', 'not enough data'],
      ['B', 'not enough data'],
    ]);
  });
});
