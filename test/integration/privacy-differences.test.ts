import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { beforeAll, afterAll, describe, expect, it } from 'vitest';
import { buildApp } from '../../ingestor/src/app.ts';
import type { QueryResponse, QueryResultBody } from '../../ingestor/src/contract/index.ts';
import { Pseudonymiser } from '../../ingestor/src/identity/pseudonym.ts';
import { frequencyClasses } from '../../ingestor/src/views/department-frequency/classify.ts';
import { departmentFrequency } from '../../ingestor/src/views/department-frequency/view.ts';
import { directoryAttributes } from '../../ingestor/src/views/people/directory.ts';
import { userActivity } from '../../ingestor/src/views/user-activity/view.ts';
import type { AnyView, ViewRow } from '../../ingestor/src/views/view.ts';
import type { QuestdbWarehouse } from '../../ingestor/src/warehouse/questdb-warehouse.ts';
import { Attack } from '../support/attack.ts';
import { labels, peopleRows } from '../support/people-rows.ts';
import { attributes, behind, organisation, values } from '../support/small-organisation.ts';
import { testConfig } from '../support/test-config.ts';
import { useWarehouse } from '../support/warehouse.ts';

const now = new Date('2026-03-18T12:00:00Z');
/** The attack is on the week (or the 28 days) before this Monday. */
const end = Date.UTC(2026, 2, 2);
const minPeople = 5;
/** Who is how often active, as the views tell it apart. */
const statuses = ['in the week', 'in 28 days', 'not'];

const tokens = { aggregate: 'aggregate-token-0123', department: 'department-token-0123' };
const config = testConfig(
  {
    access: {
      reads_per_minute: 1_000_000,
      tokens: [
        { name: 'aggregate', token_env: 'T_AGGREGATE' },
        { name: 'b', token_env: 'T_DEPARTMENT', scope: 'department', department: 'B' },
      ],
    },
  },
  { T_AGGREGATE: tokens.aggregate, T_DEPARTMENT: tokens.department },
);

let warehouse: QuestdbWarehouse;
let app: FastifyInstance;

interface Published {
  readonly result: QueryResultBody;
  readonly what: string;
}

async function ask(
  token: string,
  view: string,
  params: Record<string, unknown>,
  range: { from: string; to: string },
): Promise<Published> {
  const response = await app.inject({
    method: 'POST',
    url: '/api/v1/query',
    headers: { authorization: `Bearer ${token}` },
    payload: { queries: [{ refId: 'A', view, params }], range },
  });
  const answer = response.json<QueryResponse>().results['A'];
  if (!answer || 'error' in answer) throw new Error(`${view} ${JSON.stringify(params)}: ${response.body}`);
  return { result: answer, what: `${view} ${JSON.stringify(params)} ${range.from}…${range.to}` };
}

/** Every question about the week that callers without the right to rows of persons can put. */
async function everything(view: string, more: readonly Record<string, unknown>[]): Promise<Published[]> {
  const ranges = [
    { from: '2026-02-23', to: '2026-03-02' },
    { from: '2026-02-24', to: '2026-03-01' }, // shifted by days: the same weeks
    { from: '2026-02-02', to: '2026-03-09' },
    { from: '2026-02-16', to: '2026-03-16' },
  ];
  const groupings = [
    [],
    ...attributes.map((one) => [one]),
    ...attributes.flatMap((one, at) => attributes.slice(at + 1).map((other) => [one, other])),
  ];
  const filters: Record<string, string>[] = attributes.flatMap((attribute) =>
    values[attribute].map((value) => ({ [attribute]: value })),
  );
  const questions = groupings.flatMap((grouping) => [
    { group_by: grouping },
    ...(grouping.length < 2 ? filters.map((filter) => ({ group_by: grouping, ...filter })) : []),
    ...(grouping.length === 0
      ? [
          { group_by: [], department: 'B', role: 'x' },
          { group_by: [], role: 'y', is_manager: 'true' },
        ]
      : []),
  ]);
  const asked: Published[] = [];
  for (const range of ranges)
    for (const params of questions)
      for (const extra of more) asked.push(await ask(tokens.aggregate, view, { ...params, ...extra }, range));
  for (const grouping of groupings.filter((one) => one.length < 2))
    asked.push(await ask(tokens.department, view, { group_by: grouping }, ranges[0] ?? { from: '', to: '' }));
  return asked;
}

/** The true finest cells: what `view` computes before protection. */
async function truth(view: AnyView, params: Record<string, unknown>): Promise<ViewRow[]> {
  const defaults = Object.fromEntries(
    Object.entries(
      (view.parameters as unknown as { properties: Record<string, { default?: unknown }> }).properties,
    ).map(([name, schema]) => [name, schema.default]),
  );
  const { rows } = await view.run(
    {
      reader: warehouse.reader,
      config,
      range: { from: new Date(end - 7 * 86_400_000), to: new Date(end) },
      now,
      maxDataPoints: 1000,
      attributes: [...attributes],
      dividing: [],
      person: null,
    },
    { ...defaults, ...params },
  );
  return [...rows];
}

const others = directoryAttributes.filter((name) => !attributes.includes(name as (typeof attributes)[number]));

class Atoms {
  readonly #kinds: readonly string[];
  readonly people: number[] = [];
  constructor(kinds: readonly string[]) {
    this.#kinds = kinds;
    this.people = new Array<number>(this.select(values.department, values.role, values.is_manager, kinds).length).fill(
      0,
    );
  }
  select(
    departments: readonly string[],
    roles: readonly string[],
    managers: readonly string[],
    kinds: readonly string[],
  ): number[] {
    return departments.flatMap((d) =>
      roles.flatMap((r) =>
        managers.flatMap((m) =>
          kinds.map(
            (k) =>
              ((values.department.indexOf(d as 'A') * 3 + values.role.indexOf(r as 'x')) * 2 +
                values.is_manager.indexOf(m as 'true')) *
                this.#kinds.length +
              this.#kinds.indexOf(k),
          ),
        ),
      ),
    );
  }
  ofRow(row: Record<string, unknown>, kinds: readonly string[]): number[] {
    for (const other of others) if (row[other] !== 'all') throw new Error(`${other} was not asked for`);
    const [departments = [], roles = [], managers = []] = attributes.map((name) =>
      behind(String(row[name]), values[name]),
    );
    return this.select(departments, roles, managers, kinds);
  }
  count(atoms: Iterable<number>): number {
    return [...atoms].reduce((sum, atom) => sum + (this.people[atom] ?? 0), 0);
  }
}

function rowsOf({ result }: Published): Record<string, unknown>[] {
  return result.rows.map((row) => Object.fromEntries(result.columns.map(({ name }, index) => [name, row[index]])));
}

/** Every product of subsets of one value or all of every attribute, and of every set of neighbouring kinds. */
function targets(atoms: Atoms, kinds: readonly string[]): number[][] {
  const one = (all: readonly string[]): string[][] => [[...all], ...all.map((value) => [value])];
  const spans = kinds.flatMap((_, from) => kinds.slice(from).map((__, length) => kinds.slice(from, from + length + 1)));
  return one(values.department).flatMap((d) =>
    one(values.role).flatMap((r) => one(values.is_manager).flatMap((m) => spans.map((k) => atoms.select(d, r, m, k)))),
  );
}

function expectNothingSmall(attack: Attack, atoms: Atoms, kinds: readonly string[]): void {
  expect(attack.equations).toBeGreaterThan(3);
  const small = (set: Iterable<number>): boolean => {
    const count = atoms.count(set);
    return count > 0 && count < minPeople;
  };
  const leaks = attack
    .differences(3000)
    .filter((each) => small(each.atoms))
    .map(({ atoms: set, from }) => `${atoms.count(set)} people: ${from}`);
  expect(leaks.slice(0, 5)).toEqual([]);
  const worked = targets(atoms, kinds).filter((target) => small(target) && attack.knows(target));
  expect(worked.slice(0, 5)).toEqual([]);
}

describe.each([1, 3])('an organisation with small groups (%i)', (seed) => {
  beforeAll(async () => {
    warehouse = await useWarehouse();
    await warehouse.writer.write([
      ...peopleRows(organisation(seed), '2025-12-01'),
      {
        table: 'container_usage_1d',
        rows: labels('2025-12-01', '2026-03-17').map((label) => ({
          timestamp: new Date(`${label}T00:00:00Z`),
          day: label,
          container_id: 'c',
          alive_seconds: 100,
          covered_seconds: 100,
        })),
      },
    ]);
    await warehouse.settle(['people', 'access', 'user_days', 'container_usage_1d']);
    app = await buildApp({
      config,
      warehouse,
      pseudonymiser: new Pseudonymiser({ key: Buffer.alloc(32, 7), privacy: config.privacy }),
      now: () => now,
      log: pino({ level: 'silent' }),
    });
  });
  afterAll(() => app.close());

  it('department-frequency: no filter, date, two-way table, week or comparison isolates one to four people', async () => {
    const atoms = new Atoms(frequencyClasses);
    for (const row of await truth(departmentFrequency, {}))
      for (const atom of atoms.ofRow(row, [String(row['class'])])) atoms.people[atom] = Number(row['people']);
    const attack = new Attack(atoms.people.length);
    for (const published of [
      ...(await everything('department-frequency', [{}, { over_time: true }, { compare: 'previous' }])),
      // The 28 days are the period before of others.
      ...(await Promise.all(
        [[], ['department'], ['role'], ['department', 'role']].map((grouping) =>
          ask(
            tokens.aggregate,
            'department-frequency',
            { group_by: grouping, compare: 'previous' },
            { from: '2026-03-02', to: '2026-03-30' },
          ),
        ),
      )),
    ])
      for (const row of rowsOf(published)) {
        const until = new Date(String(row['until'])).getTime();
        const kinds = behind(String(row['class']), frequencyClasses);
        if (until === end) {
          const set = atoms.ofRow(row, kinds);
          expect(atoms.count(set), published.what).toBe(row['people']);
          attack.learn(set, published.what);
          const group = atoms.ofRow(row, frequencyClasses);
          expect(atoms.count(group), published.what).toBe(row['people_with_access']);
          attack.learn(group, `${published.what} (with access)`);
        }
        if (until === end + 28 * 86_400_000 && row['previous_people'] !== null)
          attack.learn(atoms.ofRow(row, kinds), `${published.what} (before)`);
      }
    expectNothingSmall(attack, atoms, frequencyClasses);
  });

  it('user-activity: neither the figures of a row nor their differences are about one to four people', async () => {
    const atoms = new Atoms(statuses);
    for (const row of await truth(userActivity, {})) {
      const [week, month, all] = [
        Number(row['active_7d']),
        Number(row['active_28d']),
        Number(row['people_with_access']),
      ];
      for (const [kind, count] of [
        ['in the week', week],
        ['in 28 days', month - week],
        ['not', all - month],
      ] as const)
        for (const atom of atoms.ofRow(row, [kind])) atoms.people[atom] = count;
    }
    const attack = new Attack(atoms.people.length);
    for (const published of await everything('user-activity', [{}]))
      for (const row of rowsOf(published)) {
        if (new Date(String(row['week'])).getTime() !== end - 7 * 86_400_000) continue;
        for (const [column, kinds] of [
          ['active_7d', ['in the week']],
          ['active_28d', ['in the week', 'in 28 days']],
          ['people_with_access', statuses],
        ] as const) {
          const set = atoms.ofRow(row, kinds);
          expect(atoms.count(set), published.what).toBe(row[column]);
          attack.learn(set, `${published.what} ${column}`);
        }
      }
    expectNothingSmall(attack, atoms, statuses);
  });

  it('small departments are the same groups in every view, filter and range of a month', async () => {
    const shown = new Set<string>();
    for (const view of ['department-frequency', 'user-activity'])
      for (const range of [
        { from: '2026-02-23', to: '2026-03-02' },
        { from: '2026-02-09', to: '2026-03-01' },
      ])
        for (const row of rowsOf(await ask(tokens.aggregate, view, { group_by: ['department'] }, range)))
          for (const department of behind(String(row['department']), values.department))
            shown.add(`${department} in ${String(row['department'])}`);
    for (const department of ['A', 'E'])
      for (const label of shown) expect(label).not.toBe(`${department} in ${department}`);
  });
});

it('an attack finds what is there to find', () => {
  const attack = new Attack(4);
  attack.learn([0, 1, 2, 3], 'all');
  attack.learn([0, 1], 'A');
  attack.learn([1, 2, 3], 'x');
  expect(attack.knows([0])).toBe(true);
  expect(attack.knows([2, 3])).toBe(true);
  expect(attack.knows([2])).toBe(false);
  expect(attack.differences(100).map(({ atoms }) => [...atoms])).toContainEqual([0]);
});
