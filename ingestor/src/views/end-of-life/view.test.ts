import { beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { Row, Warehouse } from '../../warehouse/warehouse.ts';
import { askView, container, pick, store } from '../shared/test-rows.ts';
import { endOfLife } from './view.ts';

const open = testConfig({ views: { small_groups: { min_people: 1, max_share: 1 } } });
let warehouse: Warehouse;
const image = (name: string, fields: Row): Row => ({
  timestamp: new Date('2026-01-01'),
  image: name,
  image_digest: '',
  ...fields,
});
const ends = (runtime: string, release: string, day: string | null): Row => ({
  timestamp: new Date('2000-01-01'),
  runtime,
  release,
  end_of_life: day === null ? null : new Date(day),
});
const on = (id: string, name: string, user: string | null, fields: Row = {}): Row =>
  container(id, { image: name, user_key: user, ...fields });

beforeAll(async () => {
  warehouse = await useWarehouse();
  await store(warehouse, {
    images: [
      image('old', { r_version: '4.0.5', python_version: '3.8.10' }),
      image('older', { r_version: '3.6.3' }),
      image('soon', { r_version: '4.4.1' }),
      image('new', { r_version: '4.5.1', python_version: '3.12.6' }),
      image('both', { r_version: 'several' }),
    ],
    runtime_eol: [
      ends('r', '3.6', '2020-04-24'),
      ends('r', '4.0', '2021-05-18'),
      ends('r', '4.4', '2026-06-20'),
      ends('r', '4.5', null),
      ends('python', '3.8', '2024-10-07'),
    ],
    containers: [
      ...['a', 'b', 'c', 'd', 'e'].map((user) => on(`old-${user}`, 'old', `u_${user}`)),
      on('old-a2', 'old', 'u_a'),
      on('older-f', 'older', 'u_f'),
      on('soon-g', 'soon', 'u_g'),
      on('new-h', 'new', 'u_h'),
      on('both-i', 'both', 'u_i'),
      on('service', 'old', null, { kind: 'service' }),
      on('ended', 'old', 'u_j', { ended_at: new Date('2026-06-09') }),
      on('later', 'old', 'u_k', { created_at: new Date('2026-06-11') }),
    ],
  });
});

const ask = (params: Record<string, unknown> = {}, config = open) =>
  askView(warehouse, config, {
    view: endOfLife,
    from: '2026-06-09',
    to: '2026-06-10T12:00:00Z',
    now: '2026-06-10T12:00:00Z',
    params,
  });
const columns = ['release', 'overdue_days', 'containers', 'people'];

describe('end-of-life', () => {
  it('counts what runs now on a release past its end', async () => {
    expect(pick((await ask()).objects, columns)).toEqual([
      ['Python 3.8', 611, 7, 5],
      ['R 3.6', 2238, 1, 1],
      ['R 4.0', 1849, 7, 5],
    ]);
    expect(pick((await ask({ by_release: false })).objects, columns)).toEqual([
      ['Python', 611, 7, 5],
      ['R', 2238, 8, 6],
    ]);
  });

  it('also what will be, when asked to', async () => {
    expect(pick((await ask({ notice_days: 14 })).objects, columns)).toContainEqual(['R 4.4', -10, 1, 1]);
  });

  it('one person alone on a release is shown with the next', async () => {
    expect(pick((await ask({}, testConfig())).objects, columns)).toEqual([
      ['Python 3.8', 611, 7, 5],
      ['R 3.6 + R 4.0', 2238, 8, 5],
    ]);
  });
});
