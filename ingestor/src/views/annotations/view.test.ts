import { beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { QuestdbWarehouse } from '../../warehouse/questdb-warehouse.ts';
import { askView, container, pick, store } from '../shared/test-rows.ts';
import { annotations } from './view.ts';

const config = testConfig({ organisation: { time_zone: 'Europe/Berlin' } });
let warehouse: QuestdbWarehouse;

const ended = (id: string, at: string, by: string, reason: string) =>
  container(id, { ended_at: new Date(at), ended_by: by, ended_reason: reason });
const price = (day: string, resource: string, value: number, nodeType = '') => ({
  timestamp: new Date(day),
  resource,
  unit: resource === 'cpu' ? 'core_hour' : 'gb_hour',
  price: value,
  currency: 'USD',
  node_type: nodeType,
});
const hour = (at: string, id: string, alive: number, covered: number) => ({
  timestamp: new Date(at),
  container_id: `prod/${id}/main`,
  alive_seconds: alive,
  covered_seconds: covered,
});

beforeAll(async () => {
  warehouse = await useWarehouse();
  await store(warehouse, {
    containers: [
      // 2 June in Berlin: 22:10Z of the 1st is already the 2nd.
      ended('a', '2026-06-01T22:10:00Z', 'rule', 'cull-idle'),
      ended('b', '2026-06-02T06:00:00Z', 'rule', 'cull-idle'),
      ended('c', '2026-06-02T21:59:59Z', 'rule', 'cull-idle'),
      ended('d', '2026-06-02T22:00:00Z', 'rule', 'cull-idle'),
      ended('e', '2026-06-02T07:00:00Z', 'rule', 'old-runtime'),
      ended('f', '2026-06-02T07:00:00Z', 'user', 'portal'),
      ended('g', '2026-07-02T07:00:00Z', 'rule', 'cull-idle'),
    ],
    prices: [
      price('2026-01-01', 'cpu', 0.02),
      price('2026-06-10', 'cpu', 0.03),
      price('2026-06-12', 'cpu', 0.03),
      price('2026-06-11', 'memory', 0.004, 'm5.xlarge'),
    ],
    platform_events: [
      {
        timestamp: new Date('2026-06-15T08:00:00Z'),
        event_key: 1n,
        source: 'portal',
        kind: 'release',
        release_name: 'workbench',
        release_version: '2026.05',
        release_environment: 'production',
      },
      { timestamp: new Date('2026-06-15T09:00:00Z'), event_key: 2n, source: 'portal', kind: 'visit', person: 'u_a' },
    ],
    runtime_eol: [
      { timestamp: new Date('2000-01-01'), runtime: 'r', release: '4.3', end_of_life: new Date('2026-06-05') },
      // The date moved: only the newest counts.
      {
        timestamp: new Date('2026-02-01'),
        runtime: 'r',
        release: '4.3',
        end_of_life: new Date('2026-06-20'),
        successor: '4.4',
      },
    ],
    container_usage_1h: [
      hour('2026-06-03T10:00:00Z', 'a', 3600, 3600),
      hour('2026-06-03T11:00:00Z', 'a', 3600, 0),
      hour('2026-06-03T12:00:00Z', 'a', 3600, 1700),
      hour('2026-06-03T12:00:00Z', 'b', 3600, 1800),
      hour('2026-06-03T13:00:00Z', 'a', 3600, 1800),
      hour('2026-06-03T15:00:00Z', 'a', 1800, 0),
    ],
    container_usage_1d: [
      { ...hour('2026-03-27T23:00:00Z', 'a', 86_400, 86_400), day: '2026-03-28' },
      { ...hour('2026-03-28T23:00:00Z', 'a', 82_800, 100), day: '2026-03-29' },
      { ...hour('2026-03-29T22:00:00Z', 'a', 86_400, 100), day: '2026-03-30' },
      { ...hour('2026-03-30T22:00:00Z', 'a', 86_400, 86_400), day: '2026-03-31' },
    ],
  });
});

const ask = (params: Record<string, unknown> = {}, from = '2026-06-01T00:00:00Z', to = '2026-07-01T00:00:00Z') =>
  askView(warehouse, config, { view: annotations, params, from, to });
const columns = ['time', 'time_end', 'title', 'text', 'tags'];

describe('annotations', () => {
  it('golden rows, in the order of time', async () => {
    const { objects, meta } = await ask();
    const gap = (covered: number) =>
      `Only ${covered} % of the running containers’ time is known; what is not known is not counted as idle`;
    expect(pick(objects, columns)).toEqual([
      [
        new Date('2026-06-01T22:10:00Z'),
        new Date('2026-06-02T21:59:59Z'),
        'Rule cull-idle',
        '3 containers were ended by the rule cull-idle that day',
        'deletion',
      ],
      [
        new Date('2026-06-02T07:00:00Z'),
        null,
        'Rule old-runtime',
        '1 container was ended by the rule old-runtime that day',
        'deletion',
      ],
      [
        new Date('2026-06-02T22:00:00Z'),
        null,
        'Rule cull-idle',
        '1 container was ended by the rule cull-idle that day',
        'deletion',
      ],
      // 0 + 1700 + 1800 of three times 3600: the hour at exactly half is no gap.
      [new Date('2026-06-03T11:00:00Z'), new Date('2026-06-03T13:00:00Z'), 'Data gap', gap(32), 'gap'],
      [new Date('2026-06-03T15:00:00Z'), new Date('2026-06-03T16:00:00Z'), 'Data gap', gap(0), 'gap'],
      [new Date('2026-06-10'), null, 'Price of cpu changed', 'cpu: 0.02 → 0.03 USD per core hour', 'price'],
      [new Date('2026-06-11'), null, 'First price of memory', 'memory of m5.xlarge: 0.004 USD per gb hour', 'price'],
      [
        new Date('2026-06-15T08:00:00Z'),
        null,
        'Release workbench 2026.05',
        'workbench 2026.05 was released in production',
        'release',
      ],
      [new Date('2026-06-20'), null, 'End of life: R 4.3', 'Support of R 4.3 ends; 4.4 follows', 'release,end-of-life'],
    ]);
    expect(meta.howComputed).toContain('less than 50 %');
  });

  it.each([
    ['deletion', 3],
    ['price', 2],
    ['release', 2],
    ['gap', 2],
    ['deletion,price', 5],
    ['$__all', 9],
  ])('kind %s', async (kind, count) => {
    expect((await ask({ kind })).objects).toHaveLength(count);
  });

  it('of a long range whole local days are gaps, over a change of the clock', async () => {
    const { objects } = await ask({ kind: 'gap' }, '2026-03-01T00:00:00Z', '2026-05-01T00:00:00Z');
    expect(pick(objects, ['time', 'time_end'])).toEqual([
      [new Date('2026-03-28T23:00:00Z'), new Date('2026-03-30T22:00:00Z')],
    ]);
  });

  it('names nobody', async () => {
    expect(JSON.stringify((await ask()).objects)).not.toMatch(/u_|prod\//);
  });
});
