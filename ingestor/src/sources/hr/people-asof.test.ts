import { expect, it } from 'vitest';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import { readSql } from '../../warehouse/sql.ts';
import { hrSource } from './source.ts';

it('gives the attributes of a day, and marks people whose first row is later', async () => {
  const warehouse = await useWarehouse({ migrations: hrSource.migrations });
  const row = (day: string, person_key: string, department: string) => ({
    timestamp: new Date(day),
    person_key,
    department,
    is_manager: false,
    active: true,
  });
  await warehouse.writer.write([
    {
      table: 'people',
      rows: [
        row('2026-11-02', 'u_1', 'Oncology'),
        row('2026-11-15', 'u_1', 'Safety'),
        row('2026-11-20', 'u_2', 'Safety'),
      ],
    },
  ]);
  await warehouse.settle(['people']);
  const on = async (day: string) =>
    (await warehouse.reader.rows(readSql(import.meta.url, 'people-asof.sql'), [new Date(day)]))
      .map((each) => [each['person_key'], each['department'], each['before_first_row']].join(' '))
      .sort();
  expect(await on('2026-11-14')).toEqual(['u_1 Oncology false', 'u_2 Safety true']);
  expect(await on('2026-11-15')).toEqual(['u_1 Safety false', 'u_2 Safety true']);
  expect(await on('2026-11-20')).toEqual(['u_1 Safety false', 'u_2 Safety false']);
});
