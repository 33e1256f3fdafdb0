import type { Organisation } from '../organisation.ts';
import { recomputeActiveDates } from './activity.ts';
import { attributesAt } from './attributes.ts';
import { GIB } from './money.ts';
import { LEAST_BUCKETS, LEAST_USERS, SCRAPE_SECONDS } from './story.ts';

export interface RoleSize {
  readonly users: number;
  readonly cores: number;
  readonly memoryGb: number;
  readonly exceptions: number;
}
interface Need {
  readonly cores: number;
  readonly gb: number;
}

/** The default request of every role with enough users who have enough active buckets, as of a local midnight. */
export function recomputeRightSize(organisation: Organisation, to: number): ReadonlyMap<string, RoleSize> {
  const roles = new Map<string, Need[]>();
  for (const [person, need] of recomputeNeeds(organisation, to)) {
    const { role } = attributesAt(organisation, person, to);
    roles.set(role, [...(roles.get(role) ?? []), need]);
  }
  const sizes = new Map<string, RoleSize>();
  for (const [role, needs] of roles) {
    if (needs.length < LEAST_USERS) continue;
    const smallest = (of: readonly number[]): number => {
      for (let request = 1; ; request++)
        if (of.filter((need) => need <= request + 1e-6).length >= 0.8 * of.length - 1e-9) return request;
    };
    const cores = smallest(needs.map((need) => need.cores));
    const memoryGb = smallest(needs.map(({ gb }) => gb));
    const exceptions = needs.filter((need) => need.cores > cores + 1e-6 || need.gb > memoryGb + 1e-6).length;
    sizes.set(role, { users: needs.length, cores, memoryGb, exceptions });
  }
  return sizes;
}

function recomputeNeeds(organisation: Organisation, to: number): ReadonlyMap<number, Need> {
  const { everybody, frame } = organisation;
  /** By person: the last 28 active dates before the end, newest first. */
  const dates = new Map(
    [...recomputeActiveDates(organisation, 'both')].map(([person, active]) => {
      const last = new Date(to - 1).toISOString().slice(0, 10);
      return [
        person,
        [...active]
          .filter((date) => date <= last)
          .sort()
          .reverse()
          .slice(0, 28),
      ];
    }),
  );
  const found = new Map<number, { cores: number; weight: number }[]>();
  const memory = new Map<number, { highest: number; killed: number; atLimit: number; limit: number }>();
  const localDates = new Map<string, string>();
  for (const row of organisation.usage({
    from: frame.start,
    to,
    scrapeSeconds: SCRAPE_SECONDS,
    kinds: ['interactive'],
  })) {
    const { person } = row.pod.plan;
    const own = everybody[person ?? -1];
    if (own === undefined) continue;
    const key = `${own.location.id} ${String(Math.floor(row.bucket / 3_600_000))}`;
    let date = localDates.get(key);
    if (date === undefined) {
      const calendar = organisation.calendarOf(own);
      localDates.set(key, (date = calendar.days[calendar.indexAt(row.bucket)]?.date ?? ''));
    }
    const since = dates.get(own.index)?.indexOf(date) ?? -1;
    const limit = row.requestBytes * 1.2;
    const ofMemory = memory.get(own.index) ?? { highest: 0, killed: 0, atLimit: 0, limit: 0 };
    memory.set(own.index, ofMemory);
    if (row.pod.end === 'oom' && row.pod.endedAt < to && date >= (dates.get(own.index)?.at(-1) ?? 'z'))
      ofMemory.killed = Math.max(ofMemory.killed, limit);
    if (since === -1 || row.coveredSeconds === 0) continue;
    ofMemory.highest = Math.max(ofMemory.highest, row.memoryBytes);
    if (row.cores < 0.1) continue;
    if (limit > 0 && row.memoryBytes >= 0.95 * limit) {
      ofMemory.atLimit++;
      ofMemory.limit = Math.max(ofMemory.limit, limit);
    }
    const active = found.get(own.index) ?? [];
    found.set(own.index, active);
    active.push({ cores: row.cores, weight: row.coveredSeconds * 2 ** (-since / 14) });
  }
  const needs = new Map<number, Need>();
  for (const [person, active] of found) {
    if (active.length < LEAST_BUCKETS) continue;
    active.sort((a, b) => a.cores - b.cores);
    const needed = 0.95 * active.reduce((sum, { weight }) => sum + weight, 0) * (1 - 1e-12);
    let held = 0;
    const at = active.find(({ weight }) => (held += weight) >= needed);
    const { highest = 0, killed = 0, atLimit = 0, limit = 0 } = memory.get(person) ?? {};
    const bytes = Math.max(1.15 * highest, 1.25 * killed, atLimit >= 0.05 * active.length ? limit : 0);
    needs.set(person, { cores: at?.cores ?? 0, gb: bytes / GIB });
  }
  return needs;
}
