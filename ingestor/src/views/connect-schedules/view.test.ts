import { beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { bytes, item, knownLogs, look, prices, range, render, schedule } from '../connect-cleanup/test-rows.ts';
import { everybodyShown } from '../money/test-rows.ts';
import { askView, person, pick, store } from '../shared/test-rows.ts';
import { connectScheduleItems } from './items-view.ts';
import { connectSchedules } from './view.ts';

const shown = testConfig(everybodyShown);
let warehouse: Warehouse;
/** Five renders of an hour on two cores, the first 364 days ago: so many in a whole year. */
const year = (5 * 365) / 364;
const runs = (guid: string, outcomes = ['ok', 'ok', 'ok', 'ok', 'ok']) =>
  outcomes.map((outcome, at) => render(guid, 73 * at + 72, outcome));

beforeAll(async () => {
  warehouse = await useWarehouse();
  await store(warehouse, {
    connect_content: [
      item('forgotten', 'u_a'),
      item('to owner', 'u_a'),
      item('mailed', 'u_a'),
      item('read', 'u_b'),
      item('failing', 'u_b'),
      item('switched off', 'u_b'),
      item('pin', 'u_b', { category: 'pin' }),
    ],
    connect_schedules: [
      schedule('forgotten'),
      schedule('to owner', 'owner', { type: 'week' }),
      schedule('mailed', 'others'),
      schedule('read'),
      schedule('failing'),
      schedule('switched off', 'nobody', { is_active: false }),
      schedule('pin'),
    ],
    connect_jobs: [
      ...['forgotten', 'to owner', 'mailed', 'read'].flatMap((guid) => runs(guid)),
      ...runs('failing', ['failed', 'killed', 'lost', 'ok', 'ok']),
    ],
    connect_visits: [look('read', 3, 'u_a'), look('forgotten', 100, 'u_a')],
    connect_storage: [bytes('forgotten', 100)],
    connect_logs: knownLogs,
    people: [person('u_a', '2026-01-01'), person('u_b', '2026-01-01', { department: 'B' })],
    prices,
  });
}, 120_000);

const round = (value: number): number => Math.round(value * 1e6) / 1e6;

describe('connect-schedules', () => {
  it('golden rows: what is read, mailed, forgotten and what fails, with runs and cost of a year', async () => {
    const { objects } = await askView(warehouse, shown, { view: connectSchedules, ...range });
    const columns = ['state', 'items', 'runs_year', 'failed_share', 'cost_year', 'bytes', 'people'];
    expect(pick(objects, columns)).toEqual([
      ['failing', 1, round(year), 0.6, round(year), 0, 1],
      ['forgotten', 2, round(2 * year), 0, round(2 * year), 100, 1],
      ['mailed', 1, round(year), 0, round(year), 0, 1],
      ['read', 1, round(year), 0, round(year), 0, 1],
      ['unknown', 1, 0, null, 0, 0, 1],
    ]);
  });

  it('by department of the owner; one state; few owners are not shown', async () => {
    const params = { group_by: ['department'], state: 'forgotten' };
    const { objects } = await askView(warehouse, shown, { view: connectSchedules, params, ...range });
    expect(pick(objects, ['department', 'state', 'items'])).toEqual([['A', 'forgotten', 2]]);
    const small = await askView(warehouse, testConfig(), { view: connectSchedules, ...range });
    expect(small.objects.filter((row) => Number(row['people']) > 0)).toEqual([]);
  });
});

describe('connect-schedule-items', () => {
  it('golden rows for the platform; one’s own for oneself', async () => {
    const ask = { view: connectScheduleItems, ...range };
    const { objects } = await askView(warehouse, shown, { ...ask, principal: { scope: 'platform' } });
    const columns = ['content_guid', 'state', 'schedule', 'mailed_to', 'unseen_days', 'mean_seconds'];
    expect(pick(objects, columns).sort()).toEqual([
      ['failing', 'failing', 'day (Europe/Zurich)', 'nobody', null, 3600],
      ['forgotten', 'forgotten', 'day (Europe/Zurich)', 'nobody', 100, 3600],
      ['mailed', 'mailed', 'day (Europe/Zurich)', 'others', null, 3600],
      ['pin', 'unknown', 'day (Europe/Zurich)', 'nobody', null, null],
      ['read', 'read', 'day (Europe/Zurich)', 'nobody', 3, 3600],
      ['to owner', 'forgotten', 'week (Europe/Zurich)', 'owner', null, 3600],
    ]);
    const own = await askView(warehouse, shown, { ...ask, principal: { scope: 'self', personKey: 'u_b' } });
    expect(own.objects.map((row) => row['content_guid']).sort()).toEqual(['failing', 'pin', 'read']);
    await expect(askView(warehouse, shown, ask)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
