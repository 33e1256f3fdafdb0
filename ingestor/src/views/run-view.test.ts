import { pino } from 'pino';
import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { testConfig } from '../../../test/support/test-config.ts';
import type { WarehouseReader } from '../warehouse/warehouse.ts';
import { attributeParameter, groupByParameter } from './parameters.ts';
import type { Principal } from './principal.ts';
import { parseTime, widenRange } from './range.ts';
import { runView, type ViewAnswer } from './run-view.ts';
import { defineView, type ViewContext } from './view.ts';

// 2 departments × 3 roles. Role z has one person in A: it must not be found by any filter.
const people = [
  ['A', 'x', 9],
  ['A', 'y', 12],
  ['A', 'z', 1],
  ['B', 'x', 20],
  ['B', 'y', 10],
  ['B', 'z', 8],
] as const;
let asked: ViewContext;

const byGroup = defineView({
  id: 'by-group',
  title: 'By group',
  topic: 'Test',
  description: 'People by department and role',
  parameters: Type.Object({
    group_by: groupByParameter(['department', 'role', 'is_manager'], ['department']),
    department: attributeParameter('department'),
    role: attributeParameter('role'),
    is_manager: attributeParameter('is_manager'),
  }),
  columns: [
    { name: 'department', displayName: 'Department', type: 'string', unit: null, description: 'department' },
    { name: 'role', displayName: 'Role', type: 'string', unit: null, description: 'role' },
    { name: 'people', displayName: 'People', type: 'number', unit: 'short', description: 'count' },
  ],
  leastScope: 'aggregate',
  privacy: {
    kind: 'groups',
    attributes: ['department', 'role', 'is_manager'],
    people: 'people',
    merge: {},
    widenTo: 'week',
  },
  howComputed: 'counted',
  async run(context) {
    asked = context;
    const rows = new Map<string, { department: string; role: string; is_manager: string; people: number }>();
    for (const [d, r, count] of people) {
      const department = context.attributes.includes('department') ? d : 'all';
      const role = context.attributes.includes('role') ? r : 'all';
      const row = rows.get(department + role) ?? { department, role, is_manager: 'all', people: 0 };
      row.people += count;
      rows.set(department + role, row);
    }
    return { rows: [...rows.values()], coverage: null };
  },
});
const byPerson = defineView({
  ...byGroup,
  id: 'by-person',
  parameters: Type.Object({}),
  columns: [{ name: 'amount', displayName: 'Amount', type: 'number', unit: null, description: 'of a person' }],
  leastScope: 'self',
  privacy: { kind: 'persons', person: 'person_key' },
  // Forgets to filter by context.person on purpose.
  run: async () => ({
    rows: [
      { person_key: 'u_kim', amount: 1 },
      { person_key: 'u_sam', amount: 2 },
      { person_key: null, amount: 3 },
    ],
    coverage: null,
  }),
});

const aggregate: Principal = { scope: 'aggregate', write: false, personKey: null, department: null, name: 'test' };
const self: Principal = { ...aggregate, scope: 'self', personKey: 'u_kim' };
const department: Principal = { ...aggregate, scope: 'department', department: 'A' };
const platform: Principal = { ...aggregate, scope: 'platform' };
const logged: string[] = [];

function run(
  view: typeof byGroup | typeof byPerson,
  principal: Principal,
  params: object = {},
  range?: { from: string; to: string },
  zone = 'UTC',
): Promise<ViewAnswer> {
  return runView(
    { view, principal, params: params as Record<string, unknown>, range },
    {
      reader: { rows: async () => [] } as unknown as WarehouseReader,
      config: testConfig({ organisation: { time_zone: zone } }),
      log: pino({}, { write: (line: string) => void logged.push(line) }),
      now: () => new Date('2026-03-11T15:30:00Z'),
    },
  );
}

describe('groups', () => {
  it('are merged, and the answer says so', async () => {
    const { rows, meta } = await run(byGroup, aggregate, { group_by: ['department', 'role'] });
    expect(rows).toEqual([
      ['A', 'x', 9],
      ['A', 'y + z', 13],
      ['B', 'x', 20],
      ['B', 'y + z', 18],
    ]);
    expect(meta.notices.join()).toMatch(/role.*y \+ z/);
  });

  it.each<[string, object, unknown[][]]>([
    [
      'a filter shows what the table shows',
      { group_by: ['role'], department: 'A' },
      [
        ['A', 'x', 9],
        ['A', 'y + z', 13],
      ],
    ],
    [
      'the value of a merged group is the merged row',
      { group_by: ['department'], role: 'z' },
      [
        ['A', 'y + z', 13],
        ['B', 'y + z', 18],
      ],
    ],
    ['two filters', { group_by: [], department: 'A', role: 'z' }, [['A', 'y + z', 13]]],
    ['nobody of that name', { department: 'Z' }, []],
    ['no attribute', { group_by: [] }, [['all', 'all', 60]]],
  ])('%s', async (_, params, rows) => {
    expect((await run(byGroup, aggregate, params)).rows).toEqual(rows);
  });

  it('at most two attributes, filters included', async () => {
    await expect(
      run(byGroup, aggregate, { group_by: ['department', 'role'], is_manager: 'true' }),
    ).rejects.toMatchObject({ code: 'INVALID_PARAMETER' });
    await expect(run(byGroup, aggregate, { group_by: ['department', 'role', 'is_manager'] })).rejects.toMatchObject({
      code: 'INVALID_PARAMETER',
    });
  });

  it('small groups are merged for the platform scope too', async () => {
    expect((await run(byGroup, platform, { group_by: ['department', 'role'] })).rows).toHaveLength(4);
  });

  it('a department caller gets their department only', async () => {
    expect((await run(byGroup, department)).rows).toEqual([['A', 'all', 22]]);
    expect((await run(byGroup, department, { group_by: ['role'] })).rows).toEqual([
      ['A', 'x', 9],
      ['A', 'y + z', 13],
    ]);
    await expect(run(byGroup, department, { department: 'B' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('the range is whole weeks of the organisation', async () => {
    const { meta } = await run(
      byGroup,
      aggregate,
      {},
      { from: '2026-03-04T10:00:00Z', to: '2026-03-10T11:00:00Z' },
      'Europe/Berlin',
    );
    expect([meta.from, meta.to].map((time) => time.toISOString())).toEqual([
      '2026-03-01T23:00:00.000Z',
      '2026-03-15T23:00:00.000Z',
    ]);
    expect(asked.range).toEqual({ from: meta.from, to: meta.to });
  });
});

describe('persons', () => {
  it('one’s own rows only, even from a view that forgets', async () => {
    expect((await run(byPerson, self)).rows).toEqual([[1]]);
    expect((await run(byPerson, { ...self, personKey: null })).rows).toEqual([]);
  });
  it('groups’ callers get none', async () => {
    for (const principal of [aggregate, department])
      await expect(run(byPerson, principal)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
  it('the platform gets all, and every read is logged', async () => {
    logged.length = 0;
    expect((await run(byPerson, platform)).rows).toHaveLength(3);
    expect(JSON.parse(logged[0]!)).toMatchObject({ audit: true, view: 'by-person', caller: 'test', rowCount: 3 });
  });
});

describe('a view that is wrong', () => {
  it('forgets a column', async () => {
    const view = { ...byGroup, run: async () => ({ rows: [{ department: 'A', people: 9 }], coverage: null }) };
    await expect(run(view, aggregate)).rejects.toThrow(/without its column "role"/);
  });
  it('forgets a fact', async () => {
    await expect(run({ ...byGroup, howComputed: 'with {basis}' }, aggregate)).rejects.toThrow(
      /does not say the fact "basis"/,
    );
  });
});

describe('times', () => {
  const now = new Date('2026-03-31T12:00:00Z');
  it.each([
    ['now', '2026-03-31T12:00:00.000Z'],
    ['now-90m', '2026-03-31T10:30:00.000Z'],
    ['now-1M', '2026-02-28T12:00:00.000Z'],
    ['now+1d', '2026-04-01T12:00:00.000Z'],
    ['2026-03-01', '2026-03-01T00:00:00.000Z'],
    ['2026-03-01T12:00:00+02:00', '2026-03-01T10:00:00.000Z'],
    ['1767225600000', '2026-01-01T00:00:00.000Z'],
  ])('%s', (text, iso) => expect(parseTime(text, 'from', now).toISOString()).toBe(iso));
  it.each(['', 'now-', 'now-1x', 'now/d', '2026-02-30', '12', 'NaN', '99999-01-01'])('refuses "%s"', (text) => {
    expect(() => parseTime(text, 'from', now)).toThrow(/from is/);
  });
  it('a whole week stays as it is, also across DST', () => {
    const range = { from: new Date('2026-03-22T23:00:00Z'), to: new Date('2026-03-29T22:00:00Z') };
    expect(widenRange(range, 'week', 'Europe/Berlin')).toEqual(range);
  });
});
