import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import { readSqlWithParts } from '../shared/owned-usage.ts';
import { boundSegments, segmentsOf, type Segment } from './segments.ts';
import { payerParameters, type Amounts, type UsageQuestion } from './usage-lines.ts';

const sql = readSqlWithParts(import.meta.url, 'day-lines.sql');

/** What a basis charges from (`charged`). */
export type ChargeableAmounts = Pick<Amounts, 'requested' | 'used' | 'borrowed'>;

/** Usage of all who are in one department in one segment, without telling them apart. */
export interface DayLine {
  readonly segment: Segment;
  readonly kind: string;
  /** Whether it is known whose it is. */
  readonly hasPerson: boolean;
  /** As of the day; null: not in the directory, or not asked for (`byPerson`). */
  readonly department: string | null;
  readonly nodeType: string;
  readonly cpu: ChargeableAmounts;
  readonly memory: ChargeableAmounts;
}

type Row = Record<`${'cpu' | 'memory'}_${keyof ChargeableAmounts}`, number | null> & {
  segment: number;
  kind: string | null;
  has_person: boolean;
  department: string | null;
  node_type: string;
};

/** Usage by segment and department, few rows where `loadUsageLines` has one for every person and day. */
export async function loadDayLines(reader: WarehouseReader, question: UsageQuestion): Promise<DayLine[]> {
  const { range, zone, period, changes } = question;
  const segments = segmentsOf(range, zone, period, changes);
  const rows = await reader.rows<Row>(sql, [...payerParameters(question), boundSegments(segments)]);
  return rows.flatMap((row) => {
    const segment = segments[row.segment];
    if (!segment) return [];
    return {
      segment,
      kind: row.kind ?? 'other',
      hasPerson: row.has_person,
      department: row.department,
      nodeType: row.node_type,
      cpu: { requested: row.cpu_requested ?? 0, used: row.cpu_used ?? 0, borrowed: row.cpu_borrowed ?? 0 },
      memory: { requested: row.memory_requested ?? 0, used: row.memory_used ?? 0, borrowed: row.memory_borrowed ?? 0 },
    };
  });
}
