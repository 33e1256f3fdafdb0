import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../support/organisation/time.ts';
import { classOf, peopleWithAccess, recomputeActiveDates } from '../support/organisation/recompute/activity.ts';
import { datesBetween, midnightOf } from '../support/organisation/recompute/calendar.ts';
import { recomputeIdle } from '../support/organisation/recompute/idle.ts';
import { recomputeChurn, recomputeLives, recomputeSurvival } from '../support/organisation/recompute/life.ts';
import { recomputeStorage } from '../support/organisation/recompute/storage.ts';
import { recomputeCpuSamples, recomputeVersions } from '../support/organisation/recompute/runtimes.ts';
import {
  recomputedConfig,
  recomputedStory,
  SCRAPE_SECONDS,
  SLOW_SECONDS,
} from '../support/organisation/recompute/story.ts';
import { expectNear } from '../support/organisation/recompute/expect-near.ts';
import { replay } from '../support/organisation/replay.ts';
import type { Answer, Replayed } from '../support/organisation/replay.ts';
import { describeMoney } from './recomputed-money.ts';

/**
 * Every view against a recomputation in plain TypeScript over what really happened (never over what was sent or stored). The
 * story comes in over remote-write, audit webhook, events and HR files, some requests twice and some six hours late.
 */
const organisation = recomputedStory();
const { frame, faults } = organisation;
const lastMidnight = midnightOf(frame.now);
/** Whole days of the organisation, all of which lie in the story. */
const days = { from: midnightOf(frame.start + 36 * HOUR_MS), to: lastMidnight };
const month = { from: midnightOf(frame.month.from + 12 * HOUR_MS), to: midnightOf(frame.month.to + 12 * HOUR_MS) };
let replayed: Replayed;

beforeAll(async () => {
  replayed = await replay(organisation, {
    scrapeSeconds: SCRAPE_SECONDS,
    slowSeconds: SLOW_SECONDS,
    config: recomputedConfig,
  });
}, 900_000);
afterAll(() => replayed.remove());

const number = (value: unknown): number => Number(value ?? 0);
const sumOf = (rows: Answer['rows'], column: string): number => rows.reduce((sum, row) => sum + number(row[column]), 0);

/** The plan goes on after the end of the story. */
const wasDrained = ({ end, endedAt }: { readonly end: string; readonly endedAt: number }): boolean =>
  end === 'drain' && endedAt < frame.now;

describe('idle-cores', () => {
  const sums: readonly (readonly [string, keyof Omit<ReturnType<typeof first>, 'bins' | 'endSlack'>])[] = [
    ['container_hours', 'containerHours'],
    ['requested_core_hours', 'requested'],
    ['used_core_hours', 'used'],
    ['within_core_hours', 'within'],
    ['idle_core_hours', 'idle'],
    ['unknown_core_hours', 'unknown'],
    ['borrowed_core_hours', 'borrowed'],
  ];
  // What is unknown is a remainder, and the end of a pod is known to a scrape.
  const slackOf = (key: string, group: { readonly endSlack: number } | undefined): number =>
    key === 'unknown' ? (group?.endSlack ?? 0) + 0.5 : 0.5;
  const first = (): NonNullable<ReturnType<ReturnType<typeof recomputeIdle>['get']>> => {
    const [one] = recomputeIdle(organisation, days).values();
    if (one === undefined) throw new Error('nothing happened');
    return one;
  };

  it.each(['department', 'role'] as const)('sums by %s', async (by) => {
    const { rows } = await replayed.ask('idle-cores-summary', days, { kind: 'interactive', group_by: [by] });
    const truth = recomputeIdle(organisation, days, by);
    expect(rows.map((row) => row[by]).sort()).toEqual([...truth.keys()].sort());
    for (const row of rows) {
      const group = truth.get(String(row[by]));
      for (const [column, key] of sums)
        expectNear(number(row[column]), number(group?.[key]), `${String(row[by])}, ${column}`, slackOf(key, group));
    }
  });

  it('sums of the whole, their share and coverage', async () => {
    const { rows, coverage } = await replayed.ask('idle-cores-summary', days, { kind: 'interactive' });
    const truth = first();
    const [row] = rows;
    for (const [column, key] of sums) expectNear(number(row?.[column]), truth[key], column, slackOf(key, truth));
    expectNear(number(row?.['idle_share']), truth.idle / (truth.idle + truth.within), 'idle share', 0.0005);
    expectNear(number(row?.['under_tenth_share']), truth.underTenthHours / truth.containerHours, 'under 0.1', 0.0005);
    expectNear(number(coverage), truth.containerHours / truth.aliveHours, 'coverage', 0.0005);
  });

  it('the histogram, bin by bin', async () => {
    const { rows } = await replayed.ask('idle-cores', days, { kind: 'interactive' });
    const { bins } = first();
    const found = new Map(rows.map((row) => [number(row['bin_from_cores']), number(row['container_hours'])]));
    for (const [edge, hours] of bins) expectNear(found.get(edge) ?? 0, hours, `bin from ${String(edge)}`);
    expectNear(
      sumOf(rows, 'container_hours'),
      [...bins.values()].reduce((a, b) => a + b),
      'all bins',
    );
  });

  it('one scientist used 2,971 CPU-hours in the last complete month', async () => {
    const { rows } = await replayed.ask('idle-cores-summary', month, {
      image: 'registry.example.com/sce/simulation:2026.1',
    });
    expect(sumOf(rows, 'people')).toBe(1);
    expect(sumOf(rows, 'used_core_hours')).toBeCloseTo(2971, 3);
  });
});

describe('container-lifecycle', () => {
  const range = { from: frame.start, to: frame.now };

  it('every workspace: created, ended, by whom, visit days, instances, pattern', async () => {
    const { rows } = await replayed.ask('container-lifecycle', range, { kind: 'interactive' });
    const lives = new Map(recomputeLives(organisation).map((life) => [life.id, life]));
    const found = new Map(rows.map((row) => [String(row['workspace']), row]));
    expect([...found.keys()].filter((id) => !lives.has(id))).toEqual([]);
    expect([...lives.keys()].filter((id) => !found.has(id))).toEqual([]);
    const wrong: string[] = [];
    for (const [id, { truth, createdAt, pattern }] of lives) {
      const row = found.get(id);
      const says = {
        pattern: row?.['pattern'],
        ended_by: row?.['ended_by'] ?? null,
        visit_days: row?.['visit_days'],
        instances: row?.['instances'],
        created: Math.round((Date.parse(String(row?.['created_at'])) - createdAt) / 1000),
        ended: (row?.['ended_at'] ?? null) === null,
      };
      const is = {
        pattern,
        ended_by: truth.endedBy,
        visit_days: truth.visitDays.length,
        instances: truth.pods.length,
        created: 0,
        ended: truth.endedAt === null,
      };
      if (JSON.stringify(says) !== JSON.stringify(is))
        wrong.push(`${id} of ${truth.person.location.id}: ${JSON.stringify(says)}, in truth ${JSON.stringify(is)}`);
      const ended = row?.['ended_at'];
      if (truth.endedAt !== null && ended !== null && ended !== undefined) {
        const off = (Date.parse(String(ended)) - truth.endedAt) / 1000;
        if (Math.abs(off) > SCRAPE_SECONDS) wrong.push(`${id} ends ${String(off)} s off (${String(truth.endedBy)})`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('survives drains: what a drain took and came back has not ended', async () => {
    const drained = recomputeLives(organisation).filter(
      ({ truth }) => truth.pods.length > 1 && truth.endedAt === null && truth.pods.some(wasDrained),
    );
    expect(drained.length).toBeGreaterThan(0);
    const { rows } = await replayed.ask('container-lifecycle', range, { kind: 'interactive', state: 'alive' });
    const alive = new Map(rows.map((row) => [row['workspace'], row]));
    for (const { id, truth } of drained) {
      expect(alive.get(id)?.['instances']).toBe(truth.pods.length);
      expect(alive.get(id)?.['evictions']).toBe(truth.pods.filter(wasDrained).length);
    }
  });

  it('patterns, counted', async () => {
    // Answers about groups end with whole days.
    const { rows } = await replayed.ask('lifecycle-patterns', days, { kind: 'interactive' });
    const truth = new Map<string, number>();
    for (const { pattern, truth: one } of recomputeLives(organisation, days.to))
      if (one.endedAt === null || one.endedAt >= days.from) truth.set(pattern, (truth.get(pattern) ?? 0) + 1);
    expect(Object.fromEntries(rows.map((row) => [row['pattern'], row['workspaces']]))).toEqual(
      Object.fromEntries(truth),
    );
  });
});

it('container-churn: one-day and disposable workspaces, and their waste', async () => {
  const { rows } = await replayed.ask('container-churn', month, { kind: 'interactive' });
  const truth = recomputeChurn(recomputeLives(organisation), month);
  expect(truth.disposable).toBeGreaterThan(10);
  expect({
    workspaces: sumOf(rows, 'workspaces'),
    one_day: sumOf(rows, 'one_day'),
    disposable: sumOf(rows, 'disposable'),
  }).toEqual({ workspaces: truth.workspaces, one_day: truth.oneDay, disposable: truth.disposable });
  expectNear(sumOf(rows, 'waste_core_hours'), truth.wasteCoreHours, 'waste', truth.endSlack);
});

it('container-survival: Kaplan–Meier at every age it has', async () => {
  const { rows } = await replayed.ask('container-survival', days, { kind: 'interactive' });
  const lives = recomputeLives(organisation, days.to);
  expect(rows.length).toBeGreaterThan(50);
  const at = (age: number): number => recomputeSurvival(lives, { start: frame.start, now: days.to }, age);
  // An end that nobody reported is known to a scrape or two: the truth a little earlier and a little later are its bounds.
  const slack = (2 * SCRAPE_SECONDS * 1000) / DAY_MS;
  for (const row of rows) {
    const age = number(row['age_days']);
    const survival = number(row['survival']);
    const [highest, lowest] = [at(age - slack), at(age + slack)];
    expect(
      survival <= highest + 0.005 && survival >= lowest - 0.005,
      `at ${age.toFixed(3)} days: ${String(survival)}, in truth ${String(lowest)} to ${String(highest)}`,
    ).toBe(true);
    const ended = ['user', 'rule', 'eviction', 'oom', 'completed', 'unknown'].map((cause) =>
      number(row[`ended_${cause}`]),
    );
    expect(survival + ended.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
  }
});

it('runtime-versions: active and alive workspaces by version and day', async () => {
  const { rows } = await replayed.ask('runtime-versions', days, { kind: 'interactive', interval: 'day', runtime: 'r' });
  const truth = recomputeVersions(organisation, days);
  const found = new Map(
    rows.map((row) => [
      `${new Date(Date.parse(String(row['period'])) + 3 * HOUR_MS).toISOString().slice(0, 10)} ${String(row['version'])}`,
      row,
    ]),
  );
  const wrong: string[] = [];
  for (const key of new Set([...truth.keys(), ...found.keys()])) {
    const row = found.get(key);
    const cell = truth.get(key);
    const says = [number(row?.['active_workspaces']), number(row?.['alive_workspaces']), number(row?.['users'])];
    const is = [cell?.active ?? 0, cell?.alive ?? 0, cell?.users.size ?? 0];
    if (says.join() !== is.join()) wrong.push(`${key}: ${says.join()}, in truth ${is.join()}`);
  }
  expect(wrong).toEqual([]);
});

describe('activity', () => {
  it.each(['both', 'cpu', 'visit'] as const)('department-frequency: classes by %s', async (basis) => {
    const { rows } = await replayed.ask('department-frequency', days, { basis, group_by: ['department'] });
    const until = String(rows[0]?.['until']).slice(0, 10);
    const active = recomputeActiveDates(organisation, basis);
    const before = new Date(Date.parse(until) - DAY_MS).toISOString().slice(0, 10);
    const truth: Record<string, number> = {};
    for (const person of peopleWithAccess(organisation, before)) {
      const spell = person.spells.find(({ from, to }) => from <= Date.parse(before) && Date.parse(before) < to);
      const found = classOf(organisation, person, active.get(person.index) ?? new Set(), until);
      const key = `${spell?.department.name ?? ''}: ${found}`;
      truth[key] = (truth[key] ?? 0) + 1;
    }
    expect(
      Object.fromEntries(rows.map((row) => [`${String(row['department'])}: ${String(row['class'])}`, row['people']])),
    ).toEqual(truth);
  });

  it.each(['both', 'cpu'] as const)('user-activity: active users by week, %s', async (basis) => {
    const { rows } = await replayed.ask('user-activity', days, { basis });
    const active = recomputeActiveDates(organisation, basis);
    const basel = organisation.calendarOf(organisation.everybody[1]!);
    const isWorking = new Set(basel.days.flatMap(({ date, working }) => (working ? [date] : [])));
    const checked = rows.filter(
      (row) =>
        Date.parse(String(row['week'])) >= frame.start && Date.parse(String(row['week'])) + 8 * DAY_MS <= frame.now,
    );
    expect(checked.length).toBeGreaterThan(3);
    for (const row of checked) {
      const monday = Date.parse(String(row['week']));
      const label = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
      const people = peopleWithAccess(organisation, label(monday + 6 * DAY_MS));
      const count = (dates: readonly string[]): number =>
        people.filter(({ index }) => dates.some((date) => active.get(index)?.has(date) ?? false)).length;
      expect(
        { with: row['people_with_access'], week: row['active_7d'], month: row['active_28d'] },
        `week of ${label(monday)}`,
      ).toEqual({
        with: people.length,
        week: count(datesBetween(label(monday), label(monday + 7 * DAY_MS))),
        month: count(datesBetween(label(monday - 21 * DAY_MS), label(monday + 7 * DAY_MS))),
      });
      const working = datesBetween(label(monday), label(monday + 7 * DAY_MS)).filter((date) => isWorking.has(date));
      const mean = working.reduce((sum, date) => sum + count([date]), 0) / working.length;
      expectNear(number(row['active_1d']), mean, `active a day, week of ${label(monday)}`, 1e-9);
    }
  });
});

it('storage: claims, what they hold and how they grow, by department and state of the owner', async () => {
  const { rows } = await replayed.ask('storage', month, { group_by: ['department'] });
  const truth = recomputeStorage(organisation, month);
  const keyOf = (row: Record<string, unknown>): string => `${String(row['department'])}: ${String(row['owner'])}`;
  expect(rows.map(keyOf).sort()).toEqual([...truth.keys()].sort());
  for (const row of rows) {
    const group = truth.get(keyOf(row));
    expect([row['claims'], row['people'], row['unmounted']], keyOf(row)).toEqual([
      group?.claims,
      group?.people.size,
      group?.unmounted,
    ]);
    for (const [column, is] of [
      ['used_bytes', group?.usedBytes],
      ['capacity_bytes', group?.capacityBytes],
      ['growth_bytes', group?.growthBytes],
    ] as const)
      expectNear(number(row[column]) / 2 ** 30, (is ?? 0) / 2 ** 30, `${keyOf(row)}, ${column} in GB`, 0.05);
  }
});

it('data-quality: every sample once, however often it was sent', async () => {
  const { rows } = await replayed.ask(
    'data-quality',
    { from: frame.now - 7 * DAY_MS, to: frame.now },
    {
      window_hours: 168,
      metric: 'container_cpu_usage_seconds_total',
    },
  );
  expect(sumOf(rows, 'samples')).toBe(
    recomputeCpuSamples(organisation, { from: frame.now - 7 * DAY_MS, to: frame.now }),
  );
});

it('a hole lowers coverage and moves no mean', async () => {
  const hole = { from: midnightOf(faults.hole.from), to: midnightOf(faults.hole.from + 36 * HOUR_MS) };
  const { rows, coverage } = await replayed.ask('idle-cores-summary', hole, { kind: 'interactive' });
  const [truth] = recomputeIdle(organisation, hole).values();
  const before = { from: hole.from - DAY_MS, to: hole.from };
  const whole = await replayed.ask('idle-cores-summary', before, { kind: 'interactive' });
  expect(number(coverage)).toBeLessThan(0.97);
  expect(number(whole.coverage)).toBeGreaterThan(number(coverage) + 0.02);
  // The idle share is of the known part: what is not known is neither idle nor used.
  expectNear(number(rows[0]?.['unknown_core_hours']), truth?.unknown ?? 0, 'unknown', truth?.endSlack);
  expectNear(
    number(rows[0]?.['idle_share']),
    (truth?.idle ?? 0) / ((truth?.idle ?? 0) + (truth?.within ?? 0)),
    'idle share',
    0.0005,
  );
});

it('a move in mid-month splits the usage at its day', async () => {
  const movers = organisation.everybody.filter(
    ({ spells, access }) => spells.length > 1 && spells[0]?.department !== spells[1]?.department && access !== null,
  );
  expect(movers.length).toBeGreaterThan(0);
  const change = midnightOf(frame.month.from + 14 * DAY_MS + 12 * HOUR_MS);
  for (const range of [month, { from: month.from, to: change }, { from: change, to: month.to }]) {
    const { rows } = await replayed.ask('idle-cores-summary', range, { kind: 'interactive', group_by: ['department'] });
    const truth = recomputeIdle(organisation, range, 'department');
    for (const row of rows)
      expectNear(
        number(row['used_core_hours']),
        truth.get(String(row['department']))?.used ?? 0,
        String(row['department']),
        0.5,
      );
  }
});

it('a week of broken exports of the directory changes nothing', async () => {
  const { rows } = await replayed.ask('user-activity', { from: faults.hrLoss.from, to: faults.hrLoss.to + 7 * DAY_MS });
  for (const row of rows) {
    const sunday = new Date(Date.parse(String(row['week'])) + 6 * DAY_MS).toISOString().slice(0, 10);
    expect(row['people_with_access'], sunday).toBe(peopleWithAccess(organisation, sunday).length);
  }
  const { notices } = await replayed.ask('data-quality', { from: frame.start, to: Date.now() });
  // The last good feed stands; that some were refused was said when it happened, not for ever.
  expect(notices.filter((notice) => notice.includes('refused'))).toEqual([]);
});

// One replay serves both: it is what takes the time.
describeMoney(organisation, (...question) => replayed.ask(...question));
