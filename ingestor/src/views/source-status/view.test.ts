import { beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { Row, Warehouse } from '../../warehouse/warehouse.ts';
import { askView, pick, store } from '../shared/test-rows.ts';
import { sourceStatus } from './view.ts';

let warehouse: Warehouse;
const run = (source: string, instance: string, at: string, outcome: string, fields: Row = {}): Row => ({
  timestamp: new Date(`2026-06-${at}Z`),
  source,
  instance,
  outcome,
  rows_read: 10,
  rows_written: 10,
  duration_seconds: 1,
  complete: outcome === 'ok',
  ...fields,
});
const failed = { rows_written: 0, error_code: 'SOURCE_FAILED', error: 'answered 503' };

beforeAll(async () => {
  warehouse = await useWarehouse();
  await store(warehouse, {
    poll_runs: [
      run('hr', 'directory', '10T01:00:00', 'failed', failed),
      run('hr', 'directory', '10T02:00:00', 'ok'),
      run('hr', 'directory', '10T03:00:00', 'failed', failed),
      run('hr', 'directory', '10T04:00:00', 'refused', { ...failed, error_code: 'FEED_REFUSED' }),
      // The ingestor went down: says nothing about the source.
      run('hr', 'directory', '10T05:00:00', 'stopped'),
      run('images', 'registry', '10T05:00:00', 'partial'),
      run('prices', 'csv', '10T05:00:00', 'failed', failed),
      // Before the window.
      run('prices', 'csv', '01T05:00:00', 'ok'),
    ],
  });
});

const ask = (params: Record<string, unknown>) =>
  askView(warehouse, testConfig(), { view: sourceStatus, from: '2026-06-10', to: '2026-06-10T06:00:00Z', params });

describe('source-status', () => {
  it('counts failures since the last good run', async () => {
    const { objects } = await ask({ window_days: 5 });
    expect(
      pick(objects, [
        'source',
        'outcome',
        'failures_in_row',
        'last_good_age_seconds',
        'runs',
        'failed_runs',
        'rows_written',
        'error_code',
      ]),
    ).toEqual([
      ['hr', 'refused', 2, 4 * 3600, 4, 3, 10, 'FEED_REFUSED'],
      ['images', 'partial', 0, 3600, 1, 0, 10, null],
      ['prices', 'failed', 1, null, 1, 1, 0, 'SOURCE_FAILED'],
    ]);
  });

  it('looks further back, and at one source, when asked to', async () => {
    const { objects } = await ask({ source: 'prices' });
    expect(pick(objects, ['source', 'failures_in_row', 'last_good_at'])).toEqual([
      ['prices', 1, new Date('2026-06-01T05:00:00Z')],
    ]);
  });
});
