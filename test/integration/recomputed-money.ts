import { describe, expect, it } from 'vitest';
import type { Organisation } from '../support/organisation/organisation.ts';
import { BUCKET_MS, DAY_MS, HOUR_MS } from '../support/organisation/time.ts';
import { midnightOf } from '../support/organisation/recompute/calendar.ts';
import {
  CORE_HOUR,
  GB_HOUR,
  recomputeCarbon,
  recomputeHours,
  recomputeOffered,
  type Hours,
} from '../support/organisation/recompute/money.ts';
import { recomputePacking } from '../support/organisation/recompute/packing.ts';
import { recomputeSides } from '../support/organisation/recompute/savings.ts';
import { recomputeRightSize } from '../support/organisation/recompute/sizing.ts';
import { expectNear } from '../support/organisation/recompute/expect-near.ts';
import { CHANGE } from '../support/organisation/recompute/story.ts';
import type { Answer, Replayed } from '../support/organisation/replay.ts';

const { role: changed, control, date: changeDate, cores: candidateCores } = CHANGE;
const large = 'm6i.16xlarge';

/**
 * The views of money and sizes against a recomputation in plain TypeScript over what really happened, asked of a service that
 * has the story.
 */
export function describeMoney(organisation: Organisation, ask: Replayed['ask']): void {
  const { frame } = organisation;
  const days = { from: midnightOf(frame.start + 36 * HOUR_MS), to: midnightOf(frame.now) };
  const month = { from: midnightOf(frame.month.from + 12 * HOUR_MS), to: midnightOf(frame.month.to + 12 * HOUR_MS) };
  const number = (value: unknown): number => Number(value ?? Number.NaN);
  const money = (cores: number, gb: number): number => cores * CORE_HOUR + gb * GB_HOUR;
  type Row = Answer['rows'][number];

  const payerOf = (row: Row, by: 'department' | 'role' | 'all' = 'all'): string =>
    row['payer'] === 'people' ? `people/${by === 'all' ? 'all' : String(row[by])}` : String(row['payer']);

  describe('cost', () => {
    it.each(['department', 'role'] as const)('of every payer by %s, on three bases', async (by) => {
      const truth = recomputeHours(organisation, month, by);
      for (const basis of ['requested', 'used', 'max'] as const) {
        const { rows } = await ask('cost', month, { group_by: [by], basis });
        const payers = rows.filter(({ payer }) => payer !== 'infra idle' && payer !== 'reserved, not charged');
        expect(payers.map((row) => payerOf(row, by)).sort()).toEqual([...truth.keys()].sort());
        for (const row of payers) {
          const own = truth.get(payerOf(row, by));
          const cores: Record<typeof basis, number> = {
            requested: own?.requested ?? 0,
            used: own?.used ?? 0,
            max: (own?.requested ?? 0) + (own?.borrowed ?? 0),
          };
          const what = `${basis} of ${payerOf(row, by)}`;
          expectNear(number(row['core_hours']), cores[basis], what, (own?.endSlack ?? 0) + 0.5);
          expectNear(number(row['cpu_cost']), cores[basis] * CORE_HOUR, what, ((own?.endSlack ?? 0) + 0.5) * CORE_HOUR);
          if (basis === 'requested')
            expectNear(
              number(row['cost']),
              money(own?.requested ?? 0, own?.requestedGb ?? 0),
              `cost of ${what}`,
              ((own?.endSlack ?? 0) + 0.5) * 2 * CORE_HOUR,
            );
        }
      }
    });
    it('payers and infra idle sum to what the nodes cost', async () => {
      for (const basis of ['requested', 'used'] as const) {
        const { rows } = await ask('cost', month, { group_by: ['department'], basis });
        const offered = recomputeOffered(organisation, month);
        expectNear(
          rows.reduce((sum, row) => sum + number(row['cost']), 0),
          money(offered.cores, offered.gb),
          `all rows, ${basis}`,
        );
      }
    });
  });

  it('idle-cost: parts of every role, and what nobody reserved', async () => {
    const { rows } = await ask('idle-cost', month, { group_by: ['role'], by_node_type: false });
    const truth = recomputeHours(organisation, month, 'role');
    const offered = recomputeOffered(organisation, month);
    const parts = [
      ['workload idle', 'idle'],
      ['used within request', 'within'],
      ['unknown', 'unknown'],
      ['borrowed', 'borrowed'],
    ] as const satisfies readonly (readonly [string, keyof Hours])[];
    for (const [payer, own] of truth)
      for (const [part, key] of parts) {
        const row = rows.find((each) => payerOf(each, 'role') === payer && each['part'] === part);
        const slack = key === 'unknown' ? own.endSlack + 0.5 : 0.5;
        expectNear(number(row?.['core_hours']), own[key], `${part} of ${payer}`, slack);
        expectNear(number(row?.['cpu_cost']), own[key] * CORE_HOUR, `${part} of ${payer} in money`, slack * CORE_HOUR);
      }
    const all = [...truth.values()];
    const requested = all.reduce((sum, own) => sum + own.requested, 0);
    const slack = all.reduce((sum, own) => sum + own.endSlack, 0);
    const idle = rows.find(({ part }) => part === 'infra idle');
    expectNear(number(idle?.['core_hours']), offered.cores - requested, 'infra idle', slack);
  });

  it('carbon: in use and idle of every department, between both sets', async () => {
    const { rows } = await ask('carbon', month, { group_by: ['department'] });
    for (const [payer, own] of recomputeHours(organisation, month, 'department'))
      for (const set of ['low', 'high'] as const) {
        const truth = recomputeCarbon(own, set);
        for (const [part, kg] of [
          ['in use', truth.inUse],
          ['idle', truth.idle],
        ] as const) {
          const row = rows.find((each) => payerOf(each, 'department') === payer && each['part'] === part);
          expectNear(number(row?.[`kg_${set}`]), kg, `${part} of ${payer}, ${set}`, 0.01 + own.endSlack * 0.002);
        }
      }
  });

  it('right-size: the default of every role, its users and exceptions', async () => {
    const { rows } = await ask('right-size', days);
    const truth = recomputeRightSize(organisation, days.to);
    const found = rows
      .filter((row) => row['default_cores'] !== null)
      .map((row) => [
        row['role'],
        {
          users: row['users'],
          cores: row['default_cores'],
          memoryGb: row['default_memory_gb'],
          exceptions: row['exceptions'],
        },
      ]);
    expect(truth.size).toBeGreaterThan(1);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(truth));
  });

  describe('packing', () => {
    const week = { from: midnightOf(days.to - 6.5 * DAY_MS), to: days.to };
    it.each([
      [[control], 2],
      [[changed, control], 8],
    ] as const)('what-if: %s with %d cores', async (roles, cores) => {
      const { rows } = await ask('what-if', week, {
        candidates: roles.map((role) => `${role}=${String(cores)}`),
        pool: large,
      });
      const truth = recomputePacking(organisation, week, 'large', { roles, cores, throttledFrom: week.from });
      const [row] = rows;
      const buckets = (week.to - week.from) / BUCKET_MS;
      const slack = truth.ends / buckets;
      expectNear(number(row?.['containers']), truth.containers, 'containers', slack);
      expectNear(number(row?.['nodes_today']), truth.today, 'nodes today', slack);
      expectNear(number(row?.['nodes_candidate']), truth.candidate, 'nodes then', slack);
      expectNear(number(row?.['most_nodes_today']), truth.mostToday, 'most nodes today', 0);
      expectNear(number(row?.['most_nodes_candidate']), truth.mostCandidate, 'most nodes then', 0);
      const hours = (week.to - week.from) / HOUR_MS;
      const nodeHour = money(63.77, 249);
      expectNear(
        number(row?.['saving']),
        (truth.today - truth.candidate) * hours * nodeHour,
        'saving',
        2 * slack * hours * nodeHour,
      );
      expectNear(number(row?.['throttled_share_upper']), truth.above / truth.active, 'above', 0.002);
      expectNear(number(row?.['throttled_share']), truth.throttled / truth.active, 'throttled', 0.01);
    });

    it('savings: projected and measured', async () => {
      const { rows } = await ask('savings', days);
      const [row] = rows;
      const own = recomputeSides(organisation, changeDate, changed);
      const other = recomputeSides(organisation, changeDate, control);
      expect(row?.['users']).toBe(own.before.users);
      expectNear(number(row?.['per_user_day_before']), own.before.perUserDay, 'before');
      expectNear(number(row?.['per_user_day_after']), own.after.perUserDay, 'after');
      expectNear(number(row?.['control_before']), other.before.perUserDay, 'control before');
      expectNear(number(row?.['control_after']), other.after.perUserDay, 'control after');
      const perDay = own.before.perUserDay - own.after.perUserDay - (other.before.perUserDay - other.after.perUserDay);
      expectNear(number(row?.['measured_per_user_day']), perDay, 'measured', 0.1);
      const before = {
        from: midnightOf(frame.requestChangeAt - (CHANGE.days - 0.5) * DAY_MS),
        to: midnightOf(frame.requestChangeAt + HOUR_MS),
      };
      let projected = 0;
      let slack = 0;
      for (const [pool, node] of [
        ['large', money(63.77, 249)],
        ['small', money(15.89, 60)],
      ] as const) {
        const truth = recomputePacking(organisation, before, pool, {
          roles: [changed],
          cores: candidateCores,
          throttledFrom: Infinity,
        });
        const hours = (before.to - before.from) / HOUR_MS;
        projected += (truth.today - truth.candidate) * hours * node;
        slack += (2 * truth.ends * BUCKET_MS * node) / HOUR_MS;
      }
      expectNear(number(row?.['projected_saving']), projected, 'projected', slack);
    });
  });
}
