import type { Warehouse } from '../../../ingestor/src/warehouse/warehouse.ts';

const tables = [
  'container_usage',
  'container_usage_1h',
  'container_usage_1d',
  'container_usage_bins_1d',
  'node_usage',
  'node_usage_1d',
  'containers',
  'workspaces',
  'user_days',
];

/** Everything that views may read, as text; run times and roll-up bookkeeping left out. */
export async function martRows(warehouse: Warehouse): Promise<string[]> {
  const result: string[] = [];
  for (const table of tables) {
    const { columns, rows } = await warehouse.reader.query(`select * from ${table}`);
    // Rows of zeros stand for what late data took back.
    const measure = columns.findIndex(({ name }) => name === 'alive_seconds');
    for (const row of rows) {
      if (measure >= 0 && row[measure] === 0) continue;
      const cells = row.map((cell) =>
        typeof cell === 'number'
          ? Number(cell.toPrecision(9))
          : cell instanceof Date
            ? cell.toISOString()
            : String(cell ?? ''),
      );
      result.push(`${table} ${cells.join(' ')}`);
    }
  }
  return result.sort();
}
