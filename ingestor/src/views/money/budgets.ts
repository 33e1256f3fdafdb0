import { readSql } from '../../warehouse/sql.ts';
import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import { DatedRows } from './dated.ts';
import type { PriceBook } from './price-book.ts';

const sql = readSql(import.meta.url, 'budgets.sql');

interface BudgetRow {
  readonly timestamp: Date;
  readonly group_by: string;
  readonly group_name: string;
  readonly amount: number;
  readonly currency: string;
}

export interface Budgets {
  /** Budget of a group for the month that starts on a day (label), in the book's currency; null: none, or no rate. */
  of(groupBy: string, name: string, month: Date): number | null;
}

export async function loadBudgets(reader: WarehouseReader, book: PriceBook): Promise<Budgets> {
  const keyOf = (groupBy: string, name: string): string => `${groupBy} ${name}`;
  const rows = new DatedRows(await reader.rows<BudgetRow>(sql), (row) => keyOf(row.group_by, row.group_name));
  return {
    of(groupBy, name, month) {
      const row = rows.asOf(keyOf(groupBy, name), month);
      const rate = row && book.currency !== null ? book.rates.rate(row.currency, book.currency, month) : null;
      return row && rate !== null ? row.amount * rate : null;
    },
  };
}
