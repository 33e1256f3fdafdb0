import { beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { Row, Warehouse } from '../../warehouse/warehouse.ts';
import { everybodyShown, priceOf, usageOf } from '../money/test-rows.ts';
import { personCost } from '../person-cost/view.ts';
import { askView, container, person, pick, store } from '../shared/test-rows.ts';
import { cost } from './view.ts';

let warehouse: Warehouse;
const config = testConfig(everybodyShown);
const range = { from: '2026-03-02', to: '2026-03-16' };

const job = (key: string, guid: string, podOwner: string | null): Row => ({
  timestamp: new Date('2026-03-03T01:00:00Z'),
  server: 'prod',
  content_guid: guid,
  job_key: key,
  pod_owner: podOwner,
  outcome: 'ok',
});
const content = (guid: string, owner: string | null, day = '2026-01-01', server = 'prod'): Row => ({
  timestamp: new Date(day),
  server,
  content_guid: guid,
  owner,
  is_deleted: false,
});

beforeAll(async () => {
  warehouse = await useWarehouse();
  const connect = { kind: 'connect', component: 'connect', owner_kind: 'Job' };
  await store(warehouse, {
    identities: [{ timestamp: new Date('2026-01-01'), key: 'login_b', person_key: 'u_b' }],
    people: [
      person('u_stays', '2026-01-01', { department: 'B' }),
      person('u_a', '2026-01-01'),
      person('u_a', '2026-03-09', { department: 'B' }),
      person('u_b', '2026-01-01', { department: 'B' }),
    ],
    containers: [
      container('run-a', { ...connect, owner_name: 'own_a' }),
      container('run-b', { ...connect, owner_name: 'own_b' }),
      container('nobody', { ...connect, owner_name: 'own_gone' }),
      container('server', { ...connect, owner_kind: 'ReplicaSet', owner_name: 'own_server' }),
      // A name that is also that of a job says nothing of other kinds.
      container('other', { kind: 'service', owner_name: 'own_a' }),
      container('own', { user_key: 'u_b' }),
    ],
    connect_content: [
      content('g-a', 'u_b'),
      content('g-a', 'u_a', '2026-02-01'), // handed over
      content('g-b', 'login_b'), // another key of the same person
      content('g-b', 'u_x', '2026-01-01', 'other'), // the same guid on another server
      content('g-none', null),
    ],
    connect_jobs: [
      job('1', 'g-a', 'own_a'),
      job('2', 'g-a', null),
      job('3', 'g-b', 'own_b'),
      job('4', 'g-none', 'own_gone'),
    ],
    container_usage_1d: [
      usageOf('run-a', '2026-03-03', { cores: 1, hours: 10 }),
      usageOf('run-a', '2026-03-10', { cores: 1, hours: 4 }),
      usageOf('run-b', '2026-03-03', { cores: 2, hours: 10 }),
      usageOf('nobody', '2026-03-03', { cores: 3, hours: 1 }),
      usageOf('server', '2026-03-03', { cores: 4, hours: 1 }),
      usageOf('other', '2026-03-03', { cores: 5, hours: 1 }),
      usageOf('own', '2026-03-03', { cores: 6, hours: 1 }),
    ],
    prices: [priceOf('2026-01-01', 'cpu', 1)],
  });
}, 120_000);

describe('Connect in cost', () => {
  it('the owner of the content pays its runs, with the department of the day; what nobody owns has no user', async () => {
    const params = { split_by: 'kind' };
    const { objects } = await askView(warehouse, config, { view: cost, params, ...range });
    expect(pick(objects, ['payer', 'department', 'kind', 'cost'])).toEqual([
      ['people', 'A', 'connect', 10],
      ['people', 'B', 'connect', 4 + 20],
      ['people', 'B', 'interactive', 6],
      ['no user', 'unattributed', 'connect', 3 + 4],
      ['platform', '–', 'service', 5],
    ]);
  });

  it('one’s own cost has the runs of one’s own content', async () => {
    const of = async (key: string) =>
      pick(
        (
          await askView(warehouse, config, {
            view: personCost,
            principal: { scope: 'self', personKey: key },
            params: { period: 'none' },
            ...range,
          })
        ).objects,
        ['person', 'kind', 'cost'],
      );
    expect(await of('u_b')).toEqual([
      ['u_b', 'connect', 20],
      ['u_b', 'interactive', 6],
    ]);
    expect(await of('u_a')).toEqual([['u_a', 'connect', 14]]);
  });
});
