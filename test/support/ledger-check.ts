import type { QuestdbWarehouse } from '../../ingestor/src/warehouse/questdb-warehouse.ts';
import { valueOf, type Ledger } from './retrying-sender.ts';

export interface LedgerCheck {
  /** Acknowledged, and not in QuestDB. */
  readonly missing: number;
  /** More than one row for a series and time. */
  readonly double: number;
  /** Rows with a value that was never sent for their series and time. */
  readonly wrong: number;
  /** Rows that nobody sent. */
  readonly unknown: number;
  readonly rows: number;
  readonly series: number;
}

/** Compares every row of a metric with the ledger of a sender that has finished. */
export async function checkLedger(warehouse: QuestdbWarehouse, metric: string, ledger: Ledger): Promise<LedgerCheck> {
  await warehouse.settle(['samples', 'series']);
  const names = await warehouse.reader.rows<{ series: bigint | number; labels: string }>(
    'select series, last(labels) as labels from series where metric = $1 group by series',
    [metric],
  );
  const found = { double: 0, wrong: 0, unknown: 0, rows: 0 };
  let matched = 0;
  for (const { series, labels } of names) {
    const name = (JSON.parse(labels) as { n: string }).n;
    const expected = new Set(ledger.get(name));
    const seen = new Set<number>();
    const { rows } = await warehouse.reader.query('select timestamp, value from samples where series = $1', [series]);
    for (const [timestamp, value] of rows) {
      const time = (timestamp as Date).getTime();
      found.rows++;
      if (seen.has(time)) found.double++;
      seen.add(time);
      if (value !== valueOf(Number(name), time)) found.wrong++;
      if (expected.has(time)) matched++;
      else found.unknown++;
    }
  }
  const acknowledged = [...ledger.values()].reduce((sum, timestamps) => sum + timestamps.length, 0);
  return { ...found, missing: acknowledged - (matched - found.double), series: names.length };
}
