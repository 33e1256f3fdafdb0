import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { costExport } from '../support/organisation/emit/cost-export.ts';
import { createOrganisation } from '../support/organisation/index.ts';
import { testConfig } from '../support/test-config.ts';
import { useWarehouse } from '../support/warehouse.ts';
import { summaryOf, writeCharges, writeSummary } from '../../ingestor/src/sources/cost-export/import.ts';
import { readCostExports } from '../../ingestor/src/sources/cost-export/read-files.ts';
import type { Warehouse } from '../../ingestor/src/warehouse/warehouse.ts';
import { askView } from '../../ingestor/src/views/shared/test-rows.ts';
import { dataTransfer } from '../../ingestor/src/views/data-transfer/view.ts';

const now = Date.parse('2026-10-12T12:00:00Z');
const csv = costExport(createOrganisation({ now, people: 60, days: 40 }));
const lines = csv
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(','));
let directory: string;
let warehouse: Warehouse;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sce-transfer-'));
  const file = join(directory, 'bill.csv');
  await writeFile(file, csv);
  warehouse = await useWarehouse();
  const at = new Date(now);
  const sums = await readCostExports([file]);
  for (const period of sums.periods.values()) {
    const parts = summaryOf(period, at, 1);
    if (!parts) continue;
    await writeCharges(warehouse.writer, parts.summary.importId, parts.charges);
    await writeSummary(warehouse.writer, parts.summary, at);
  }
  await warehouse.settle(['cost_charges', 'cost_imports']);
}, 120_000);
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('the bill of the invented organisation', () => {
  it('every byte and cent of its data transfer, by where it goes; nodes are none of it', async () => {
    const { objects, meta } = await askView(warehouse, testConfig(), {
      view: dataTransfer,
      params: { interval: 'none', split_by: ['usage_type'] },
      from: '2026-08-01',
      to: '2026-10-13',
      now: '2026-10-13T00:00:00Z',
    });
    const truth = new Map<string, { gb: number; cost: number }>();
    for (const [, , , , , , , usageType = '', amount, unit, cost] of lines) {
      if (unit !== 'GB') continue;
      const cell = truth.get(usageType) ?? { gb: 0, cost: 0 };
      truth.set(usageType, { gb: cell.gb + Number(amount), cost: cell.cost + Number(cost) });
    }
    expect(objects.map((row) => row['usage_type']).sort()).toEqual([...truth.keys()].sort());
    expect(truth.size).toBe(5);
    for (const row of objects) {
      const { gb, cost } = truth.get(String(row['usage_type'])) ?? { gb: 0, cost: 0 };
      expect(Number(row['bytes']) / 2 ** 30).toBeCloseTo(gb, 3);
      expect(Number(row['cost'])).toBeCloseTo(cost, 3);
    }
    expect(meta.notices).toEqual([]);
    // A submission was sent out in the last days of September.
    const sent = (
      await askView(warehouse, testConfig(), {
        view: dataTransfer,
        params: { interval: 'day', split_by: ['direction'] },
        from: '2026-09-20',
        to: '2026-10-05',
        now: '2026-10-13T00:00:00Z',
      })
    ).objects.filter((row) => row['direction'] === 'to the internet');
    const days = [...sent]
      .sort((a, b) => Number(b['bytes']) - Number(a['bytes']))
      .slice(0, 4)
      .map((row) => (row['period'] as Date).toISOString().slice(0, 10));
    expect(days.sort()).toEqual(['2026-09-27', '2026-09-28', '2026-09-29', '2026-09-30']);
  });
});
