import type { Row, TableRows } from '../../ingestor/src/warehouse/warehouse.ts';

export interface TestPerson {
  readonly key: string;
  readonly department?: string;
  readonly role?: string;
  readonly location?: string;
  readonly isManager?: boolean;
  readonly joined?: string;
  readonly left?: string;
  /** Further dated rows: day → what changed. */
  readonly moves?: Readonly<
    Record<string, { readonly department?: string; readonly role?: string; readonly location?: string }>
  >;
  readonly access?: boolean;
  /** Local days with activity. */
  readonly days?: readonly string[];
  readonly zone?: string;
}

const day = (text: string): Date => new Date(`${text}T00:00:00Z`);
const hour = 3_600_000;

/** Rows of `people`, `access` and `user_days` as the HR source and the marts write them. `begins`: day of the first rows. */
export function peopleRows(
  people: readonly TestPerson[],
  begins: string,
  basis: 'cpu' | 'visit' | 'both' = 'both',
  component = 'interactive',
): TableRows[] {
  const history = people.flatMap((person): Row[] => {
    const base = {
      person_key: person.key,
      source: 'test',
      department: person.department ?? 'A',
      role: person.role ?? 'Scientist',
      location: person.location ?? 'Frankfurt',
      time_zone: person.zone ?? 'UTC',
      is_manager: person.isManager ?? false,
      joined_on: day(person.joined ?? '2020-01-01'),
      left_on: person.left ? day(person.left) : null,
      active: true,
      recorded_at: day(begins),
    };
    return [
      { timestamp: day(begins), ...base },
      ...Object.entries(person.moves ?? {}).map(([when, changed]) => ({ timestamp: day(when), ...base, ...changed })),
    ];
  });
  return [
    { table: 'people', rows: history },
    {
      table: 'access',
      rows: people
        .filter(({ access }) => access !== undefined)
        .map(({ key, access }) => ({
          timestamp: day(begins),
          person_key: key,
          access_group: 'users',
          has_access: access ?? false,
          source: 'test',
        })),
    },
    {
      table: 'user_days',
      rows: people.flatMap(({ key, days = [], zone }) =>
        days.map((label) => activeDay(key, label, { basis, component, zone: zone ?? 'UTC' })),
      ),
    },
  ];
}

/** A row of `user_days`; `zone` is UTC or an offset zone such as `+13` for the local midnight. */
export function activeDay(
  key: string,
  label: string,
  how: { basis?: string; component?: string; zone?: string; alive?: number } = {},
): Row {
  const { basis = 'both', component = 'interactive', zone = 'UTC', alive = 3600 } = how;
  const offset = Number(/^Etc\/GMT([+-]\d+)$/.exec(zone)?.[1] ?? 0);
  const hasCpu = basis === 'cpu' || basis === 'both';
  return {
    timestamp: new Date(day(label).getTime() + offset * hour),
    user_key: key,
    component,
    day: label,
    time_zone: zone,
    alive_seconds: alive,
    covered_seconds: alive,
    active_seconds: hasCpu ? 600 : 0,
    visits: basis === 'visit' || basis === 'both' ? 1 : 0,
    first_visit_at: null,
    last_visit_at: null,
    basis,
  };
}

/** Day labels from one to another, inclusive; `only` keeps ISO weekdays. */
export function labels(from: string, to: string, only: readonly number[] = [1, 2, 3, 4, 5, 6, 7]): string[] {
  const out: string[] = [];
  for (let at = day(from).getTime(); at <= day(to).getTime(); at += 24 * hour) {
    const weekday = ((new Date(at).getUTCDay() + 6) % 7) + 1;
    if (only.includes(weekday)) out.push(new Date(at).toISOString().slice(0, 10));
  }
  return out;
}
