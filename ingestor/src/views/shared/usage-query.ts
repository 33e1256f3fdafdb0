import type { CellValue } from '../../warehouse/warehouse.ts';
import type { TimeRange, ViewContext } from '../view.ts';
import { personAttributes } from './columns.ts';

/**
 * Bound parameters `$1 … $12` of the queries that attribute usage to people: range, time zone, one flag per attribute to group
 * by, whether there is any, container filters (`containerFilterValues`).
 */
export function usageParameters(context: ViewContext, range: TimeRange, filters: readonly string[]): CellValue[] {
  const { attributes, config } = context;
  const flags = personAttributes.map((attribute) => attributes.includes(attribute));
  return [range.from, range.to, config.organisation.time_zone, ...flags, flags.includes(true), ...filters];
}
