import { parse } from 'csv-parse/sync';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildApp } from '../../ingestor/src/app.ts';
import { toCsv } from '../../ingestor/src/cli/view.ts';
import type { QueryResponse, QueryResultBody } from '../../ingestor/src/contract/index.ts';
import { Pseudonymiser } from '../../ingestor/src/identity/pseudonym.ts';
import { container, store, usageDay } from '../../ingestor/src/views/shared/test-rows.ts';
import type { QuestdbWarehouse } from '../../ingestor/src/warehouse/questdb-warehouse.ts';
import { Attack } from '../support/attack.ts';
import { labels, peopleRows, type TestPerson } from '../support/people-rows.ts';
import { attributes, behind, organisation, values } from '../support/small-organisation.ts';
import { testConfig } from '../support/test-config.ts';
import { useWarehouse } from '../support/warehouse.ts';

/** Attacks on the idle-core histogram and its sums: by filters, two-way tables, dates, bins, CSV and the lists of what may be chosen. */
const now = new Date('2026-03-18T12:00:00Z');
const minPeople = 5;
const week = { from: '2026-02-23', to: '2026-03-02' };
const kinds = ['batch', 'interactive', 'service'];
const used = [0.05, 0.3, 0.7, 1.5, 3.5];
const bins = ['0–0.1', '0.1–0.5', '0.5–1', '1–2', '3–4'];
/** Cores, of ten hours of a container that requests four. */
const sumsShown = [
  { sum: 'container_hours', of: () => 1 },
  { sum: 'requested_core_hours', of: () => 4 },
  { sum: 'used_core_hours', of: (cores: number) => cores },
  { sum: 'within_core_hours', of: (cores: number) => Math.min(4, cores) },
  { sum: 'idle_core_hours', of: (cores: number) => Math.max(0, 4 - cores) },
];
const token = 'aggregate-token-0123';
const config = testConfig(
  { access: { reads_per_minute: 1_000_000, tokens: [{ name: 'aggregate', token_env: 'T_AGGREGATE' }] } },
  { T_AGGREGATE: token },
);
let warehouse: QuestdbWarehouse;
let app: FastifyInstance;

interface Use {
  readonly person: TestPerson;
  readonly kind: string;
  readonly day: string;
  readonly bin: number;
}

/** Some have batch jobs, few have services; who uses how much differs from day to day. */
function usesOf(people: readonly TestPerson[]): Use[] {
  return people.flatMap((person, index) =>
    labels(week.from, '2026-03-01').flatMap((day, at) => [
      { person, kind: 'interactive', day, bin: (index * 7 + (at > 4 ? 0 : at)) % (index % 3 === 0 ? 5 : 2) },
      ...(index % 4 === 0 ? [{ person, kind: 'batch', day, bin: 3 }] : []),
      ...(index % 40 === 0 ? [{ person, kind: 'service', day, bin: 0 }] : []),
    ]),
  );
}

function attributesOn({ department = '', role = '', isManager = false, moves = {} }: TestPerson, day: string) {
  const moved = Object.entries(moves).findLast(([since]) => since <= day)?.[1];
  return [moved?.department ?? department, moved?.role ?? role, String(isManager)] as const;
}

/** The finest cells there are, with the people and the hours in each. */
class Atoms {
  readonly people: Set<string>[];
  readonly hours: number[];
  readonly #uses: (readonly Use[])[];
  constructor(uses: readonly Use[]) {
    const size = this.select(values.department, values.role, values.is_manager, kinds, bins).length;
    this.people = Array.from({ length: size }, () => new Set<string>());
    this.hours = new Array<number>(size).fill(0);
    const own = Array.from({ length: size }, (): Use[] => []);
    this.#uses = own;
    for (const use of uses) {
      const { person, kind, day, bin } = use;
      const [department, role, isManager] = attributesOn(person, day);
      for (const atom of this.select([department], [role], [isManager], [kind], [bins[bin] ?? ''])) {
        this.people[atom]?.add(person.key);
        this.hours[atom] = (this.hours[atom] ?? 0) + 10;
        own[atom]?.push(use);
      }
    }
  }
  /** What each person holds of a sum over uses of ten hours. */
  heldBy(atoms: Iterable<number>, amountOf: (used: number) => number): number[] {
    const held = new Map<string, number>();
    for (const atom of atoms)
      for (const { person, bin } of this.#uses[atom] ?? [])
        held.set(person.key, (held.get(person.key) ?? 0) + 10 * amountOf(used[bin] ?? 0));
    return [...held.values()];
  }
  select(...chosen: readonly (readonly string[])[]): number[] {
    const all: readonly (readonly string[])[] = [values.department, values.role, values.is_manager, kinds, bins];
    return all.reduce<number[]>(
      (atoms, own, at) =>
        atoms.flatMap((atom) => (chosen[at] ?? []).map((value) => atom * own.length + own.indexOf(value))),
      [0],
    );
  }
  count(atoms: Iterable<number>): number {
    return new Set([...atoms].flatMap((atom) => [...(this.people[atom] ?? [])])).size;
  }
  sum(atoms: Iterable<number>): number {
    return [...atoms].reduce((so, atom) => so + (this.hours[atom] ?? 0), 0);
  }
}

async function ask(view: string, { params, range }: Question): Promise<QueryResultBody> {
  const response = await app.inject({
    method: 'POST',
    url: '/api/v1/query',
    headers: { authorization: `Bearer ${token}` },
    payload: { queries: [{ refId: 'A', view, params }], range },
  });
  const answer = response.json<QueryResponse>().results['A'];
  if (!answer || 'error' in answer) throw new Error(`${JSON.stringify(params)}: ${response.body}`);
  return answer;
}

/** The kinds that an answer is about: what a filter on containers was merged with is in the notices. */
function kindsShown(answer: QueryResultBody, params: Question['params']): string[] {
  const kind = typeof params['kind'] === 'string' ? params['kind'] : '';
  if (kind === '') return kinds;
  const part = answer.meta.notices.map((notice) => /\(filter_part\): (.*)$/.exec(notice)?.[1]).find(Boolean);
  return (part?.split('; ').find((label) => label.split(' + ').includes(kind)) ?? kind).split(' + ');
}

/** All cells that somebody may want to know, of one value or all of each column. */
function cellsOf(atoms: Atoms, everyBin: readonly (readonly string[])[]): { what: string; set: number[] }[] {
  const one = (all: readonly string[]): (readonly string[])[] => [all, ...all.map((value) => [value])];
  return one(values.department).flatMap((d) =>
    one(values.role).flatMap((r) =>
      one(values.is_manager).flatMap((m) =>
        one(kinds).flatMap((k) =>
          everyBin.map((b) => ({
            what: [d, r, m, k, b].map((each) => each.join('|')).join(', '),
            set: atoms.select(d, r, m, k, b),
          })),
        ),
      ),
    ),
  );
}

/** Nothing that was learnt, and no difference of two of these, is about one to four people. */
function expectNothingFound(
  attack: Attack,
  atoms: Atoms,
  everyBin: readonly (readonly string[])[],
  least: number,
): void {
  const small = (set: Iterable<number>): boolean => {
    const count = atoms.count(set);
    return count > 0 && count < minPeople;
  };
  const leaks = attack.differences(2500).filter((each) => small(each.atoms));
  expect(leaks.slice(0, 5).map(({ atoms: set, from }) => `${atoms.count(set)} people: ${from}`)).toEqual([]);
  const hidden = cellsOf(atoms, everyBin).filter(({ set }) => small(set));
  // There is something to find.
  expect(hidden.length).toBeGreaterThan(least);
  const worked = hidden.filter(({ set }) => attack.knows(set));
  expect(worked.slice(0, 5).map(({ what }) => what)).toEqual([]);
}

/** Rows as somebody reads them who got the CSV. */
function rowsOfCsv(answer: QueryResultBody): Record<string, string>[] {
  return parse(toCsv(answer), { columns: true });
}

/** The bins behind a label, as of the bins that were used: others hold nothing. */
function binsBehind(label: string): string[] {
  const lower = (bin: string): number => Number(bin.split('–')[0]);
  const parts = label.split(/ … | \+ /);
  const [first, last] = [lower(parts[0] ?? ''), lower(parts.at(-1) ?? '')];
  return bins.filter((bin) => lower(bin) >= first && lower(bin) <= last);
}

interface Question {
  readonly params: Readonly<Record<string, unknown>>;
  readonly range: { readonly from: string; readonly to: string };
}

function questions(): Question[] {
  const groupings = [
    [],
    ...attributes.map((one) => [one]),
    ...attributes.flatMap((one, at) => attributes.slice(at + 1).map((other) => [one, other])),
  ];
  const filters: Record<string, string>[] = attributes.flatMap((attribute) =>
    values[attribute].map((value) => ({ [attribute]: value })),
  );
  const plain = groupings.map((grouping) => ({ group_by: grouping }));
  // Shifted by hours: the same days.
  const shifted = { from: '2026-02-23T09:00:00Z', to: '2026-03-01T15:00:00Z' };
  return [
    ...[
      ...plain,
      ...filters.map((filter) => ({ group_by: [], ...filter })),
      ...filters.map((filter) => ({ group_by: ['role'], ...filter })),
      ...kinds.flatMap((kind) => plain.map((each) => ({ ...each, kind }))),
      ...filters.slice(0, 5).map((filter) => ({ group_by: [], kind: 'interactive', ...filter })),
      ...plain.map((each) => ({ ...each, compare: 'previous' })),
    ].map((params) => ({ params, range: week })),
    ...plain.slice(0, 4).map((params) => ({ params, range: shifted })),
  ];
}

describe.each([3])('idle-cores of an organisation with small groups (%i)', (seed) => {
  let atoms: Atoms;
  beforeAll(async () => {
    warehouse = await useWarehouse();
    const people = organisation(seed);
    const uses = usesOf(people);
    atoms = new Atoms(uses);
    await warehouse.writer.write(peopleRows(people, '2025-12-01'));
    const rows = uses.map(({ person, kind, day, bin }) =>
      usageDay(`${person.key}-${kind}`, `${day}T00:00:00Z`, { used: used[bin] ?? 0, requested: 4, hours: 10 }),
    );
    await store(warehouse, {
      containers: [...new Map(uses.map((use) => [`${use.person.key}-${use.kind}`, use]))].map(
        ([id, { person, kind }]) =>
          container(id, { user_key: person.key, kind, component: kind === 'batch' ? 'batch' : 'interactive' }),
      ),
      container_usage_1d: rows.map(({ day }) => day),
      container_usage_bins_1d: rows.map(({ bin }) => bin),
    });
    await warehouse.settle(['people', 'access']);
    app = await buildApp({
      config,
      warehouse,
      pseudonymiser: new Pseudonymiser({ key: Buffer.alloc(32, 7), privacy: config.privacy }),
      now: () => now,
      log: pino({ level: 'silent' }),
    });
  });
  afterAll(() => app.close());

  it('no bin, filter, date, two-way table, comparison or CSV isolates one to four people', async () => {
    const attack = new Attack(atoms.hours.length);
    for (const { params, range } of questions()) {
      const answer = await ask('idle-cores', { params, range });
      const what = `${JSON.stringify(params)} ${range.from}`;
      const shownKinds = kindsShown(answer, params);
      for (const row of rowsOfCsv(answer)) {
        if (Number(row['container_hours']) === 0) continue;
        const [department = [], role = [], manager = []] = attributes.map((name) =>
          behind(row[name] ?? '', values[name]),
        );
        const set = atoms.select(department, role, manager, shownKinds, binsBehind(row['bin'] ?? ''));
        expect(atoms.sum(set), `${what} ${JSON.stringify(row)}`).toBeCloseTo(Number(row['container_hours']), 6);
        attack.learn(set, what);
      }
    }
    expect(attack.equations).toBeGreaterThan(10);
    expectNothingFound(attack, atoms, [bins, ...bins.map((bin) => [bin])], 50);
  });

  it('no sum, period, filter, two-way table, comparison or CSV isolates one to four people, or somebody who holds most of a sum', async () => {
    const attack = new Attack(atoms.hours.length);
    const inWeeks = { params: { group_by: ['department'], period: 'week' }, range: week };
    for (const { params, range } of [...questions(), inWeeks]) {
      const answer = await ask('idle-cores-summary', { params, range });
      const what = `${JSON.stringify(params)} ${range.from}`;
      const shownKinds = kindsShown(answer, params);
      for (const row of rowsOfCsv(answer)) {
        if (Number(row['container_hours']) === 0) continue;
        const [department = [], role = [], manager = []] = attributes.map((name) =>
          behind(row[name] ?? '', values[name]),
        );
        const set = atoms.select(department, role, manager, shownKinds, bins);
        expect(atoms.sum(set), `${what} ${JSON.stringify(row)}`).toBeCloseTo(Number(row['container_hours']), 6);
        expect(atoms.count(set), what).toBeGreaterThanOrEqual(minPeople);
        for (const { sum, of } of sumsShown) {
          const held = atoms.heldBy(set, of);
          const total = held.reduce((so, each) => so + each, 0);
          expect(total, `${what} ${sum}`).toBeCloseTo(Number(row[sum]), 4);
          expect(Math.max(0, ...held), `${what} ${sum}`).toBeLessThanOrEqual(0.8 * total + 1e-6);
        }
        attack.learn(set, what);
      }
    }
    expect(attack.equations).toBeGreaterThan(5);
    expectNothingFound(attack, atoms, [bins], 5);
  });

  it('neither the catalogue nor the lists of values tell of a group of one to four people', async () => {
    const headers = { authorization: `Bearer ${token}` };
    const catalogue = await app.inject({ method: 'GET', url: '/api/v1/catalog', headers });
    expect(catalogue.statusCode).toBe(200);
    // The catalogue is the same whoever works here.
    expect(catalogue.body).not.toMatch(/"(A|B|C|D|E)"/);
    const members = new Map(
      ['A', 'B', 'C', 'D', 'E'].map((name) => [
        name,
        organisation(seed).filter((person) => person.department === name && person.access !== false).length,
      ]),
    );
    const listed = await app.inject({
      method: 'GET',
      url: `/api/v1/values/department?from=${week.from}&to=${week.to}`,
      headers,
    });
    const shown = listed.json<{ values: { text: string }[] }>().values.map(({ text }) => text);
    expect(shown.length).toBeGreaterThan(0);
    for (const label of shown.filter((each) => each !== 'unattributed'))
      expect(
        behind(label, values.department).reduce((sum, name) => sum + (members.get(name) ?? 0), 0),
        label,
      ).toBeGreaterThanOrEqual(minPeople);
    const users = await app.inject({ method: 'GET', url: '/api/v1/values/user', headers });
    expect(users.body).not.toContain('u_');
  });
});
