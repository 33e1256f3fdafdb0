import { beforeAll, describe, expect, it } from 'vitest';
import { useWarehouse } from '../../../test/support/warehouse.ts';
import { personColumns } from './person-columns.ts';
import { erasePerson, exportPerson } from './person-data.ts';
import type { Warehouse } from './warehouse.ts';

let warehouse: Warehouse;
const KIM = 'u_00000000000000aa';
const JO = 'u_00000000000000bb';
const at = new Date('2026-11-02T00:00:00Z');

beforeAll(async () => {
  warehouse = await useWarehouse();
  const person = (key: string, manager: string | null) => ({
    timestamp: at,
    person_key: key,
    source: 's',
    manager_id: manager,
    is_manager: false,
    active: true,
  });
  await warehouse.writer.write([
    { table: 'people', rows: [person(KIM, null), person(JO, KIM)] },
    { table: 'access', rows: [{ timestamp: at, person_key: KIM, access_group: 'sce', has_access: true, source: 's' }] },
    { table: 'series', rows: [{ timestamp: at, series: 7n, metric: 'm', labels: `{"user":"${KIM}"}` }] },
  ]);
  await warehouse.settle(['people', 'access', 'series']);
});

describe('person data', () => {
  it('knows every table', async () => {
    const tables = await warehouse.reader.rows<{ table_name: string }>('select table_name from tables()');
    const missing = tables
      .map((row) => row.table_name)
      .filter((name) => !/^(sys\.|telemetry)/.test(name) && !(name in personColumns));
    expect(missing).toEqual([]);
  });

  it('knows only columns that are there', async () => {
    for (const [table, { keys, texts = [] }] of Object.entries(personColumns))
      for (const column of [...keys, ...texts]) {
        const columns = await warehouse.reader.rows<{ column: string }>(
          `select "column" from table_columns('${table}')`,
        );
        expect(
          columns.map((row) => row.column),
          table,
        ).toContain(column);
      }
  });

  it('exports, erases and leaves others alone', async () => {
    expect((await exportPerson(warehouse.reader, [KIM])).map(({ table }) => table).sort()).toEqual([
      'access',
      'people',
      'series',
    ]);
    expect(await erasePerson(warehouse.reader, [KIM])).toEqual([]);
    await warehouse.settle(['people', 'access', 'series']);
    expect(await exportPerson(warehouse.reader, [KIM])).toEqual([]);
    const people = await warehouse.reader.rows('select person_key, manager_id from people');
    expect(people).toHaveLength(2);
    const jo = people.find((row) => row['person_key'] === JO);
    expect(String(jo?.['manager_id'])).toMatch(/^x_[0-9a-f]{16}$/);
  });
});
