import { describe, expect, it } from 'vitest';
import { LOCATIONS, LocalCalendar } from './calendar.ts';
import { createOrganisation, hrCsv } from './index.ts';
import { DEPARTMENTS, ROLES } from './people.ts';
import { DAY_MS, HOUR_MS } from './time.ts';

const now = Date.parse('2026-11-22T22:00:00Z');
const organisation = createOrganisation({ now });
const { frame, everybody, cluster } = organisation;
const workspaces = organisation.workspaces();

it('is the same for the same options', () => {
  const again = createOrganisation({ now });
  const digest = (one: typeof organisation): string =>
    JSON.stringify([
      one.everybody.map(({ username, spells }) => [username, spells.map(({ from, role }) => [from, role])]),
      one.cluster.pods.map(({ uid, name, node, endedAt }) => [uid, name, node?.name, endedAt]),
    ]);
  expect(digest(again)).toBe(digest(organisation));
});

describe('the talk', () => {
  it.each([
    ['2026-11-22T22:00:00Z', 90],
    ['2026-03-31T23:55:00Z', 90],
    ['2026-05-01T00:10:00Z', 62],
  ])('one person used 2,971 CPU-hours in the last complete month (now %s, %i days)', (at, days) => {
    const one = createOrganisation({ now: Date.parse(at), people: 60, days });
    let seconds = 0;
    for (const row of one.usage({ ...one.frame.month, kinds: ['interactive'] }))
      if (row.pod.plan.person === 1) seconds += row.coveredCoreSeconds;
    expect(seconds / 3600).toBeCloseTo(2971, 6);
    expect(one.everybody[1]?.spells[0]?.role).toBe('Simulation Scientist');
  });

  it('one person opened eleven workspaces of one image, a day each', () => {
    const own = workspaces.filter(
      ({ person, createdAt }) =>
        person.part === 'eleven' && createdAt >= frame.month.from && createdAt < frame.month.to,
    );
    expect(own).toHaveLength(11);
    expect(new Set(own.map(({ image }) => image.reference)).size).toBe(1);
    expect(own.every(({ oneDay, endedBy }) => oneDay && endedBy === 'user')).toBe(true);
  });

  it('statisticians reserve sixteen cores and use a twentieth of one; data scientists use them', () => {
    const sums = new Map<string, { used: number; hours: number; requested: number }>();
    for (const row of organisation.usage({
      from: now - 3 * DAY_MS - 12 * HOUR_MS,
      to: now - 2 * DAY_MS,
      kinds: ['interactive'],
    })) {
      const person = everybody[row.pod.plan.person ?? -1];
      if (person?.part !== null || person.spells.length > 1) continue;
      const role = person.spells[0]?.role ?? '';
      const sum = sums.get(role) ?? { used: 0, hours: 0, requested: 0 };
      sums.set(role, {
        used: sum.used + row.usedCoreSeconds,
        hours: sum.hours + row.aliveSeconds,
        requested: sum.requested + row.requestCores * row.aliveSeconds,
      });
    }
    const mean = (role: string): number => (sums.get(role)?.used ?? 0) / (sums.get(role)?.hours ?? 1);
    expect((sums.get('Statistician')?.requested ?? 0) / (sums.get('Statistician')?.hours ?? 1)).toBeGreaterThan(15);
    expect(mean('Statistician')).toBeLessThan(0.06);
    expect(mean('Data Scientist')).toBeGreaterThan(1);
  });
});

describe('people', () => {
  it('are 1,200 in ten departments and eight roles, one department of four', () => {
    expect(everybody).toHaveLength(1200);
    const today = organisation.people(now);
    expect(new Set(today.map(({ spell }) => spell.department.name)).size).toBe(DEPARTMENTS.length);
    expect(new Set(today.map(({ spell }) => spell.role))).toEqual(new Set(ROLES));
    expect(today.filter(({ spell }) => spell.department.name === 'Medical Writing')).toHaveLength(4);
    expect(new Set(everybody.map(({ username }) => username)).size).toBe(1200);
  });

  it('have a vacant manager, a cycle, a self-managed root, and a manager of leavers only', () => {
    const known = new Set(everybody.map(({ personId }) => personId));
    const managerOf = new Map(everybody.map(({ personId, spells }) => [personId, spells[0]?.managerId ?? null]));
    expect([...managerOf.values()].some((manager) => manager !== null && !known.has(manager))).toBe(true);
    expect(managerOf.get(everybody[0]?.personId ?? '')).toBe(everybody[0]?.personId);
    expect(
      [...managerOf].some(([id, manager]) => manager !== null && manager !== id && managerOf.get(manager) === id),
    ).toBe(true);
    const reports = new Map<string, (typeof everybody)[number][]>();
    for (const person of everybody)
      reports.set(person.spells[0]?.managerId ?? '', [
        ...(reports.get(person.spells[0]?.managerId ?? '') ?? []),
        person,
      ]);
    const ofLeavers = [...reports].filter(([, team]) => team.length > 2 && team.every(({ leftOn }) => leftOn !== null));
    expect(ofLeavers).toHaveLength(1);
    expect(organisation.people(now).find(({ person }) => person.personId === ofLeavers[0]?.[0])?.isManager).toBe(false);
  });

  it('move in the middle of the last complete month, join and leave', () => {
    const movers = everybody.filter(({ spells }) => spells.length > 1);
    expect(movers.length).toBeGreaterThan(20);
    expect(movers.every(({ spells }) => spells[1]?.from === frame.month.from + 14 * DAY_MS)).toBe(true);
    expect(everybody.filter(({ leftOn }) => leftOn !== null).length).toBeGreaterThan(20);
    expect(everybody.filter(({ joinedOn }) => joinedOn > frame.start).length).toBeGreaterThan(20);
  });

  it('fall into the frequency classes they were made for', () => {
    const classes = organisation.frequencyClasses();
    const counts = new Map<string, number>();
    let same = 0;
    for (const [index, found] of classes) {
      counts.set(found, (counts.get(found) ?? 0) + 1);
      if (everybody[index]?.planted === found) same += 1;
    }
    // Vacation moves a few.
    expect(same / classes.size).toBeGreaterThan(0.97);
    expect(Object.fromEntries(counts)).toEqual({ daily: 282, weekly: 237, monthly: 145, less: 284, new: 29 });
  });
});

describe('workspaces', () => {
  it('are of every pattern and end in every way', () => {
    expect(new Set(workspaces.map(({ pattern }) => pattern))).toEqual(
      new Set(['too new', 'kept alive', 'never visited', 'abandoned', 'one day', 'returning']),
    );
    expect(new Set(workspaces.map(({ endedBy }) => endedBy))).toEqual(
      new Set([null, 'user', 'rule', 'eviction', 'oom', 'completed', 'unknown']),
    );
  });

  it('of R 4.0.0 are five years old, alive, and have survived drains', () => {
    const old = workspaces.filter(({ image }) => image.r[0] === '4.0.0');
    expect(old.length).toBeGreaterThan(5);
    expect(old.every(({ endedAt, createdAt }) => endedAt === null && createdAt < now - 4.5 * 365 * DAY_MS)).toBe(true);
    expect(old.some(({ pods }) => pods.length > 1 && pods[0]?.end === 'drain')).toBe(true);
    for (const { pods } of old)
      for (const [i, pod] of pods.slice(1).entries())
        expect(pod.createdAt - (pods[i]?.endedAt ?? 0)).toBeLessThan(10 * 60_000);
  });

  it('use a pod name once at a time', () => {
    const last = new Map<string, number>();
    let reused = 0;
    for (const pod of cluster.pods) {
      const key = `${pod.plan.namespace}/${pod.name}`;
      const before = last.get(key);
      if (before !== undefined) {
        reused += 1;
        expect(pod.createdAt).toBeGreaterThanOrEqual(before);
      }
      last.set(key, pod.removedAt);
    }
    expect(reused).toBeGreaterThan(1000);
  });

  it('move from R 4.3 to R 4.4', () => {
    const share = (at: number): number => {
      const alive = organisation
        .workspaces(at)
        .filter(({ endedAt, image }) => endedAt === null && image.r.length === 1);
      return alive.filter(({ image }) => image.r[0]?.startsWith('4.4')).length / alive.length;
    };
    expect(share(frame.start + 5 * DAY_MS)).toBeLessThan(0.2);
    expect(share(now)).toBeGreaterThan(0.5);
  });
});

it('never gives out more of a node than it has', () => {
  for (const at of [frame.start + DAY_MS, frame.start + 40 * DAY_MS, now]) {
    const requested = new Map<number, number>();
    for (const pod of cluster.pods) {
      if (pod.node === null || pod.scheduledAt > at || pod.endedAt <= at) continue;
      const cores = pod.containers.reduce((sum, { requestCores }) => sum + (requestCores ?? 0), 0);
      requested.set(pod.node.index, (requested.get(pod.node.index) ?? 0) + cores);
      expect(pod.node.createdAt).toBeLessThanOrEqual(at);
      expect(pod.node.removedAt).toBeGreaterThan(at - HOUR_MS / 60);
    }
    for (const [index, cores] of requested)
      expect(cores).toBeLessThanOrEqual(cluster.nodes[index]?.pool === 'large' ? 63.77 : 15.89);
  }
});

it('a hole lowers coverage and moves no use', () => {
  const { hole } = organisation.faults;
  const sum = (faults: boolean): { covered: number; used: number } => {
    let covered = 0;
    let used = 0;
    for (const row of organisation.usage({ from: hole.from, to: hole.to }, { faults })) {
      covered += row.coveredSeconds;
      used += row.usedCoreSeconds;
    }
    return { covered, used };
  };
  expect(sum(true).used).toBe(sum(false).used);
  expect(sum(true).covered / sum(false).covered).toBeGreaterThan(0.5);
  expect(sum(true).covered / sum(false).covered).toBeLessThan(0.8);
});

it.each([
  ['Basel', '2026-10-25', 25],
  ['Basel', '2026-03-29', 23],
  ['Boston', '2026-11-01', 25],
  ['San Francisco', '2026-03-08', 23],
  ['Shanghai', '2026-10-25', 24],
  ['Sydney', '2026-10-04', 23],
  ['Sydney', '2026-04-05', 25],
])('a day in %s, %s, has %i hours', (place, date, hours) => {
  const location = LOCATIONS.find(({ id }) => id === place);
  if (location === undefined) throw new Error(place);
  const noon = Date.parse(`${date}T12:00:00Z`);
  const calendar = new LocalCalendar(location, noon - 3 * DAY_MS, noon + 3 * DAY_MS);
  const day = calendar.days.find((one) => one.date === date);
  expect(((day?.to ?? 0) - (day?.from ?? 0)) / HOUR_MS).toBe(hours);
  expect(calendar.days[calendar.indexAt(day?.from ?? 0)]).toBe(day);
  expect(calendar.days[calendar.indexAt((day?.to ?? 0) - 1)]).toBe(day);
});

it('loses 30 % of the directory for a week', () => {
  const lines = (day: number): number => hrCsv(organisation, day).trim().split('\n').length - 1;
  const { from, to } = organisation.faults.hrLoss;
  expect(lines(from) / lines(from - DAY_MS)).toBeCloseTo(0.7, 1);
  expect(lines(to) / lines(from - DAY_MS)).toBeCloseTo(1, 1);
});
