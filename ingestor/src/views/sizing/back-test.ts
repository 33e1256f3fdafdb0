import { DateTime } from 'luxon';
import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import { readSql } from '../../warehouse/sql.ts';
import { buildMatrix } from './bucket-matrix.ts';
import { loadNeeds } from './load-needs.ts';
import { loadUse } from './load-use.ts';
import { loadPools } from './node-pools.ts';
import { notSized, type LoadedSpans, type PersonSpan } from './pool-spans.ts';
import type { SizingRules } from './own-need.ts';
import { recommend, requestFor, type Recommendation } from './recommend.ts';
import { planSizes, type Size } from './size-plan.ts';
import { simulateThrottling, totalThrottling, type ThrottlingTotal } from './throttling.ts';

const beginSql = readSql(import.meta.url, 'data-begin.sql');
export const testDays = 14;
export const leastFitDays = 28;
const nothing: Recommendation = { users: 0, cores: null, memoryGb: null };

export interface TestWindow {
  readonly from: Date;
  readonly to: Date;
}

/** The last 14 complete days of the organisation before `to`. */
export function testWindow(to: Date, zone: string): TestWindow {
  const end = DateTime.fromJSDate(to, { zone }).startOf('day');
  return { from: end.minus({ days: testDays }).toJSDate(), to: end.toJSDate() };
}

/**
 * Advice fitted on what was known before the test window, tried on the window: by group, container-buckets that would have been
 * throttled. Null: fewer than 28 days of data before the window.
 */
export async function backTest(
  reader: WarehouseReader,
  window: TestWindow,
  loaded: LoadedSpans,
  groupOf: (user: string) => string,
  rules: SizingRules,
): Promise<ReadonlyMap<string, ThrottlingTotal> | null> {
  const begins = (await reader.rows<{ begins: Date | null }>(beginSql))[0]?.begins ?? null;
  if (begins === null || begins.getTime() > window.from.getTime() - leastFitDays * 86_400_000) return null;
  const needs = await loadNeeds(reader, window.from, rules);
  const advice = recommend(needs, groupOf, rules);
  const pools = loaded.pools.map(({ pool, spans }) => {
    const tried = spans.map((span) =>
      advised(span, groupOf, (user, group) => requestFor(needs.get(user), advice.get(group) ?? nothing)),
    );
    return { pool, matrix: buildMatrix(tried, loaded.buckets) };
  });
  const use = await loadUse(
    reader,
    pools,
    await loadPools(reader, window),
    { start: loaded.start, ...window },
    rules.activeCores,
  );
  const total = new Map<string, { -readonly [K in keyof ThrottlingTotal]: number }>();
  for (const [index, { pool, matrix }] of pools.entries()) {
    const ofPool = use[index];
    if (!ofPool) continue;
    const counts = (type: number): boolean => (matrix.types[type]?.role ?? notSized) !== notSized;
    // The spans carry the advised sizes already.
    const parts = simulateThrottling(matrix, ofPool, planSizes(matrix.types, pool.shape), counts);
    for (const group of new Set(matrix.types.map(({ role }) => role))) {
      if (group === notSized) continue;
      const more = totalThrottling(parts, (type) => matrix.types[type]?.role === group);
      const known = total.get(group) ?? { activeBuckets: 0, throttled: 0, above: 0 };
      known.activeBuckets += more.activeBuckets;
      known.throttled += more.throttled;
      known.above += more.above;
      total.set(group, known);
    }
  }
  return total;
}

/** A span with its group as the role and the size that was advised; without advice it stays as it is and does not count. */
function advised(
  span: PersonSpan,
  groupOf: (user: string) => string,
  requestOf: (user: string, group: string) => { cores: number | null; memoryGb: number | null },
): PersonSpan {
  if (span.user === null) return { ...span, role: notSized };
  const group = groupOf(span.user);
  const { cores, memoryGb } = requestOf(span.user, group);
  if (cores === null) return { ...span, role: notSized };
  const size: Size = {
    millicores: cores * 1000,
    memoryBytes: memoryGb === null ? span.memoryBytes : memoryGb * 2 ** 30,
  };
  return { ...span, ...size, role: group };
}
