import { parse } from 'yaml';
import { readSql } from '../sql.ts';
import type { WarehouseReader } from '../warehouse.ts';

interface MartDescription {
  readonly grain: string;
  readonly keys: readonly string[];
  readonly invariants?: Readonly<Record<string, string>>;
}

export const martDescriptions = parse(readSql(import.meta.url, 'marts.yml')) as Readonly<
  Record<string, MartDescription>
>;

/** The invariants of marts.yml that do not hold, as `mart: invariant (rows)`; empty = all hold. */
export async function brokenInvariants(reader: WarehouseReader): Promise<string[]> {
  const broken: string[] = [];
  for (const [mart, { invariants }] of Object.entries(martDescriptions))
    for (const [name, sql] of Object.entries(invariants ?? {})) {
      const [row] = await reader.rows<{ violations: number | bigint }>(sql);
      const violations = Number(row?.violations ?? 0);
      if (violations > 0) broken.push(`${mart}: ${name} (${violations})`);
    }
  return broken;
}
