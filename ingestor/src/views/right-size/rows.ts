import { isAbove, type Recommendation } from '../sizing/recommend.ts';
import type { ViewRow } from '../view.ts';
import type { Sizing } from './sizing.ts';

const gb = 2 ** 30;

/** One row for each cell, with the figures of the union it will be shown in. A cell without a number says so. */
export function cellRows(sizing: Sizing): ViewRow[] {
  const today = commonestRequests(sizing);
  return [...sizing.cells].map(([name, { department, role, users }]) => {
    const union = sizing.unionOf(name);
    const advice = sizing.advice.get(union);
    // Nobody with enough data here, or too few in all that is shown together.
    const isKnown = users > 0 && advice !== undefined && advice.cores !== null;
    if (!isKnown) return { ...withoutNumber, department, role };
    const test = sizing.test?.get(union);
    const share = (count: number | undefined): number | null =>
      test === undefined || count === undefined || test.activeBuckets === 0 ? null : count / test.activeBuckets;
    return {
      department,
      role,
      default_cores: advice.cores,
      default_memory_gb: advice.memoryGb,
      today_cores: today.get(union)?.cores ?? null,
      today_memory_gb: today.get(union)?.memoryGb ?? null,
      users,
      exceptions: exceptionsOf(sizing, name, advice),
      throttled_share: share(test?.throttled),
      throttled_share_upper: share(test?.above),
      note: test === undefined ? 'no back-test: not enough data' : '',
      people: users,
    };
  });
}

const withoutNumber: ViewRow = {
  default_cores: null,
  default_memory_gb: null,
  today_cores: null,
  today_memory_gb: null,
  users: null,
  exceptions: null,
  throttled_share: null,
  throttled_share_upper: null,
  note: 'not enough data',
  // No figure about anybody: there is nothing to merge.
  people: null,
};

function exceptionsOf(sizing: Sizing, cell: string, advice: Recommendation): number {
  return [...sizing.needs].filter(([user, need]) => sizing.cellOf(user) === cell && isAbove(need, advice)).length;
}

/** The request that the containers of a union had for most of the time of the back-test. */
function commonestRequests(sizing: Sizing): Map<string, { cores: number; memoryGb: number }> {
  const times = new Map<string, Map<string, number>>();
  const spans = sizing.spans.pools.flatMap((pool) => pool.spans);
  for (const { user, millicores, memoryBytes, fromBucket, toBucket } of spans) {
    if (user === null) continue;
    const union = sizing.unionOf(sizing.cellOf(user));
    const sizes = times.get(union) ?? new Map<string, number>();
    times.set(union, sizes);
    const size = `${millicores}/${memoryBytes}`;
    sizes.set(size, (sizes.get(size) ?? 0) + toBucket - fromBucket);
  }
  return new Map(
    [...times].map(([union, sizes]) => {
      const [best] = [...sizes].sort(([, a], [, b]) => b - a);
      const [millicores = 0, bytes = 0] = (best?.[0] ?? '').split('/').map(Number);
      return [union, { cores: millicores / 1000, memoryGb: bytes / gb }];
    }),
  );
}
