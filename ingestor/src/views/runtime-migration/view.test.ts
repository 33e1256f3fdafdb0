import { beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { Row, Warehouse } from '../../warehouse/warehouse.ts';
import { usageOf } from '../money/test-rows.ts';
import { askView, container, person, pick, store } from '../shared/test-rows.ts';
import { medianDaysOn, migrationOf, staysOf } from './migration.ts';
import { daysUntil } from './survival.ts';
import { runtimeMigration } from './view.ts';

const day = (index: number): number => Date.parse('2025-01-01') + index * 86_400_000;
const use = (...days: number[]) => days.map((index) => ({ first: day(index), last: day(index) }));

describe('daysUntil', () => {
  it.each([
    [
      'nobody left',
      [
        [5, false],
        [9, false],
      ],
      0.5,
      null,
    ],
    [
      'half of four at the second',
      [
        [1, true],
        [4, true],
        [9, true],
        [9, false],
      ],
      0.5,
      4,
    ],
    // S: 1 · 3/4 at 1; one is censored at 2; then of two: 3/8 at 6
    [
      'censored ones leave the risk',
      [
        [1, true],
        [2, false],
        [6, true],
        [8, true],
      ],
      0.5,
      6,
    ],
    [
      'ninety of a hundred',
      [
        [1, true],
        [2, true],
        [3, true],
        [4, true],
        [5, true],
        [6, true],
        [7, true],
        [8, true],
        [9, true],
        [10, false],
      ],
      0.9,
      9,
    ],
  ] as [string, [number, boolean][], number, number | null][])('%s', (_, durations, share, expected) => {
    expect(
      daysUntil(
        durations.map(([days, happened]) => ({ days, happened })),
        share,
      ),
    ).toBe(expected);
  });
});

describe('migrationOf', () => {
  const next = new Map(Array.from({ length: 6 }, (_, index) => [`n${index}`, use(100 + index)]));
  it('the clock starts with the fifth user; the cohort used it in the 90 days before', () => {
    const old = new Map([
      ['before the window', use(13)],
      ['at its start, never after', use(14)],
      ['left after 30 days', use(50, 103, 134)],
      ['came back after 90 days: has left', use(103, 110, 200)],
      ['came back in time', use(103, 120, 209)],
      ['started with the clock', use(104)],
      ['left the organisation', use(90, 150)],
      ['still there', use(90, 170, 250, 335)],
    ]);
    const of = migrationOf(old, next, day(340), new Map([['left the organisation', day(160)]]));
    expect(of).toEqual({ start: day(104), cohort: 6, left: 4, unknown: 2, daysToHalf: 30, daysToNinety: null });
  });
  it('fewer than five users of the successor: nothing', () => {
    expect(migrationOf(new Map([['a', use(1)]]), new Map([...next].slice(0, 4)), day(300), new Map())).toBeNull();
  });
  it('stays and the time on a release', () => {
    expect(staysOf(use(0, 89, 178, 268))).toEqual([
      { first: day(0), last: day(178) },
      { first: day(268), last: day(268) },
    ]);
    expect(
      medianDaysOn(
        new Map([
          ['a', use(0, 20)],
          ['b', use(5, 35, 65)],
          ['c', use(250)],
        ]),
        day(300),
        new Map(),
      ),
    ).toBe(20); // 20, 60, and one who has just begun
  });
});

describe('runtime-migration', () => {
  let warehouse: Warehouse;
  beforeAll(async () => {
    warehouse = await useWarehouse();
    const people = Array.from({ length: 8 }, (_, index) => `u_${index}`);
    const image = (name: string, version: string): Row => ({
      timestamp: new Date(day(0)),
      image: name,
      image_digest: '',
      r_version: version,
      source: 'tag',
    });
    await store(warehouse, {
      people: people.map((key) => person(key, '2025-01-01')),
      images: [image('r:4.3.1', '4.3.1'), image('r:4.3.3', '4.3.3'), image('r:4.4', '4.4.0'), image('many', 'several')],
      containers: people.flatMap((key, index) => [
        container(`old-${key}`, { user_key: key, image: index % 2 ? 'r:4.3.1' : 'r:4.3.3' }),
        container(`new-${key}`, { user_key: key, image: 'r:4.4' }),
        container(`many-${key}`, { user_key: key, image: 'many' }),
      ]),
      container_usage_1d: people.flatMap((key, index) => [
        usageOf(`old-${key}`, new Date(day(80)), { cores: 2, used: 1, hours: 5 }),
        usageOf(`old-${key}`, new Date(day(104 + 10 * index)), { cores: 2, used: 1, hours: 5 }),
        usageOf(`old-${key}`, new Date(day(280)), { cores: 2, used: 0.01, hours: 24 }), // alive, not active
        usageOf(`many-${key}`, new Date(day(280)), { cores: 2, used: 1, hours: 24 }),
        usageOf(`new-${key}`, new Date(day(100 + index)), { cores: 2, used: 1, hours: 5 }),
      ]),
      container_visits_1d: [{ timestamp: new Date(day(300)), container_id: 'prod/old-u_7/main', visits: 1 }],
      runtime_eol: [
        {
          timestamp: new Date('2000-01-01'),
          runtime: 'r',
          release: '4.3',
          end_of_life: new Date('2026-04-01'),
          source: 'config',
        },
      ],
    });
  }, 60_000);

  const ask = (params: Record<string, unknown> = {}) =>
    askView(warehouse, testConfig(), { view: runtimeMigration, from: '2025-01-01', to: '2025-11-10', params });

  it('golden rows', async () => {
    const { objects, meta } = await ask();
    // Last uses 0, 10 … 60 days after the start; between the two uses of u_7 are 94 days: left before the start, whatever came later.
    expect(
      pick(objects, [
        'release',
        'successor',
        'clock_start',
        'cohort_people',
        'left_people',
        'unknown_people',
        'days_to_half',
        'days_to_ninety',
        'end_of_life',
      ]),
    ).toEqual([['4.3', '4.4', new Date(day(104)), 8, 8, 0, 20, 60, new Date('2026-04-01')]]);
    expect(objects[0]?.['median_days_on']).toBe(44);
    expect(meta.howComputed).toContain('Use is known up to 2025-11-10');
  });
  it('fewer than five who have left are not told; a cohort of fewer than five is no row', async () => {
    // On 1 September only those who had left by the end of May are gone: u_0, u_1, u_7.
    const early = (file: object = {}) =>
      askView(warehouse, testConfig(file), { view: runtimeMigration, from: '2025-01-01', to: '2025-08-01' });
    const columns = ['cohort_people', 'left_people', 'left_share', 'unknown_people', 'days_to_half'];
    const [row] = pick((await early({ views: { small_groups: { min_people: 1, max_share: 1 } } })).objects, columns);
    expect(row?.[0]).toBe(8);
    expect(Number(row?.[1])).toBeGreaterThan(0);
    expect(Number(row?.[1])).toBeLessThan(5);
    expect(pick((await early()).objects, columns)).toEqual([[8, null, null, null, null]]);
    const nine = { views: { small_groups: { min_people: 9, max_share: 1 } } };
    expect((await early(nine)).objects).toEqual([]);
  });
  it('another runtime has nothing', async () => {
    const { objects, meta } = await ask({ runtime: 'python' });
    expect(objects).toEqual([]);
    expect(meta.notices.join()).toContain('No successor of a python release has five users yet');
  });
});
