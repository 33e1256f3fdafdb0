import type { FrameSpec } from './harness/open.ts';

const day = 86_400_000;
/** 1 July 2026, 00:00 UTC: the end of the range of these frames. */
export const until = Date.UTC(2026, 6, 1);
export const june = { from: until - 30 * day, to: until };

type Cell = string | number | boolean | null;

/** Columns of rows; times are those named `*_at` and `*_day`. */
function frameOf(rows: readonly Readonly<Record<string, Cell>>[], more: Partial<FrameSpec> = {}): FrameSpec {
  return {
    fields: Object.keys(rows[0] ?? {}).map((name) => ({
      name,
      type: /_(at|day)$/.test(name) ? 'time' : rows.some((row) => typeof row[name] === 'number') ? 'number' : 'string',
      values: rows.map((row) => row[name] ?? null),
    })),
    ...more,
  };
}

/** The same numbers every time (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const roles = ['Statistician', 'Data manager', 'Programmer', 'Medical writer', 'Modeller'];
const departments = ['Biometrics', 'Clinical pharmacology', 'Research', 'Real-world evidence'];
const endings = ['user', 'rule', 'eviction', 'oom', 'completed', 'unknown'];

/** So many workspaces as view `container-lifecycle` gives them, of every pattern and ending. */
export function workspacesFrame(count: number): FrameSpec {
  const next = random(2971);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
  const rows = Array.from({ length: count }, (_, index) => {
    const age = next() < 0.1 ? 200 + next() * 900 : next() * 60;
    const created = until - age * day;
    const ended = next() < 0.5 && age < 60 ? created + (until - created) * next() : null;
    const end = ended ?? until;
    const basis = next() < 0.05 ? 'unknown' : next() < 0.2 ? 'cpu' : 'event';
    const isVisited = basis !== 'unknown' && next() < 0.85;
    const first = isVisited ? Math.floor((created + (end - created) * 0.1 * next()) / day) * day : null;
    const last =
      first === null ? null : next() < 0.3 ? first : Math.floor((first + (end - first) * next()) / day) * day;
    const unvisited = last === null ? null : Math.floor((end - last) / day) * 86_400;
    const days = first === null || last === null ? 0 : Math.max(1, Math.round(((last - first) / day) * 0.6) + 1);
    const cores = pick([1, 2, 4, 8, 16]);
    const isOld = next() < 0.12;
    return {
      workspace: `prod/${index.toString(16).padStart(8, '0')}`,
      user:
        next() < 0.03
          ? null
          : `u_${Math.floor(next() * 180)
              .toString(16)
              .padStart(4, '0')}`,
      department: pick(departments),
      role: pick(roles),
      kind: 'interactive',
      cluster: 'prod',
      created_at: created,
      first_visit_day: first,
      last_visit_day: last,
      visit_days: first !== null && first === last ? 1 : days,
      visit_basis: basis,
      ended_at: ended,
      ended_by: ended === null ? null : pick(endings),
      age_seconds: (end - created) / 1000,
      unvisited_seconds: unvisited,
      pattern: patternOf({ age, ended, basis, unvisited, isOneDay: first !== null && first === last }),
      instances: 1,
      evictions: 0,
      cpu_request_cores: cores,
      memory_request_bytes: cores * 2 ** 32,
      image: `registry.example.com/r:${isOld ? '4.0.0' : '4.4.1'}`,
      r_version: isOld ? '4.0.0' : '4.4.1',
      python_version: null,
      quarto_version: null,
      end_of_life: isOld ? 'R 4.0' : null,
    };
  });
  return frameOf(rows);
}

function patternOf(life: {
  age: number;
  ended: number | null;
  basis: string;
  unvisited: number | null;
  isOneDay: boolean;
}): string {
  const { age, ended, basis, unvisited, isOneDay } = life;
  if (ended === null && age < 7) return 'too new';
  if (ended === null && age > 180 && unvisited !== null && unvisited <= 30 * 86_400) return 'kept alive';
  if (unvisited === null) return basis === 'event' ? 'never visited' : basis === 'cpu' ? 'never active' : 'unknown';
  if (ended === null && unvisited >= 30 * 86_400) return 'abandoned';
  return isOneDay ? 'one day' : 'returning';
}

/** Histograms of four roles as view `idle-cores` gives them: mostly idle, and one that uses what it asks for. */
export function histogramFrame(): FrameSpec {
  const rows = [
    ...histogram('Statistician', 16, [5200, 420, 180, 160, 90, 40, 20, 10, 5], 31),
    ...histogram('Programmer', 8, [2100, 300, 260, 220, 120, 60, 30], 18),
    ...histogram(
      'Modeller',
      32,
      [
        300, 60, 50, 60, 80, 120, 160, 180, 160, 140, 120, 90, 80, 60, 40, 30, 20, 20, 10, 10, 10, 8, 6, 4, 2, 2, 1, 1,
        1, 1, 1, 1,
      ],
      9,
    ),
    ...histogram('Data manager + Medical writer', 4, [900, 60, 30, 8, 4], 7),
  ];
  return frameOf(rows, {
    meta: { custom: { howComputed: 'Covered container-hours by the mean cores used per five minutes.' } },
  });
}

function histogram(
  role: string,
  request: number,
  hours: readonly number[],
  people: number,
): Readonly<Record<string, Cell>>[] {
  const edges = [0, 0.1, 0.5, 1];
  const from = (bin: number): number => edges[bin] ?? bin - 2;
  const to = (bin: number): number => edges[bin + 1] ?? bin - 1;
  const total = hours.reduce((sum, one) => sum + one, 0);
  const bins = Math.max(hours.length, request + 3);
  return Array.from({ length: bins }, (_, bin) => {
    const used = hours[bin] ?? 0;
    const mean = (from(bin) + to(bin)) / 2;
    return {
      department: 'all',
      role,
      is_manager: 'all',
      bin: `${from(bin)}–${to(bin)}`,
      bin_from_cores: from(bin),
      bin_to_cores: to(bin),
      container_hours: used,
      requested_container_hours: from(bin) === request ? total * 0.8 : from(bin) === request / 2 ? total * 0.2 : 0,
      requested_core_hours: used * request * 0.9,
      idle_core_hours: used * Math.max(0, request * 0.9 - mean),
      containers: used > 0 ? Math.ceil(used / 24) : 0,
      people: used > 0 ? Math.max(5, Math.round(people * Math.min(1, used / 200))) : 0,
    };
  });
}
