import { backTest, testWindow, type TestWindow } from '../sizing/back-test.ts';
import { cachePerReader, dataVersion } from '../sizing/data-version.ts';
import { loadNeeds } from '../sizing/load-needs.ts';
import { sizingRulesOf } from '../sizing/config.ts';
import type { OwnNeed, SizingRules } from '../sizing/own-need.ts';
import { loadSpans, type LoadedSpans } from '../sizing/pool-spans.ts';
import { recommend, type Recommendation } from '../sizing/recommend.ts';
import { loadGroups, type PersonGroup } from '../sizing/roles.ts';
import type { ThrottlingTotal } from '../sizing/throttling.ts';
import type { ViewContext } from '../view.ts';
import { cellName, loadUnions, type Cell } from './unions.ts';

/** Everything known about the sizes of users as of a time. */
export interface Sizing {
  readonly to: Date;
  readonly needs: ReadonlyMap<string, OwnNeed>;
  readonly personOf: (user: string) => PersonGroup;
  readonly cellOf: (user: string) => string;
  readonly cells: ReadonlyMap<string, Cell>;
  /** The union of cells that is shown as one (`unions.ts`), of a cell. */
  readonly unionOf: (cell: string) => string;
  /** By union. */
  readonly advice: ReadonlyMap<string, Recommendation>;
  readonly test: ReadonlyMap<string, ThrottlingTotal> | null;
  readonly window: TestWindow;
  readonly spans: LoadedSpans;
  readonly rules: SizingRules;
}

const cache = cachePerReader<Sizing>(8);

/** Needs, advice and back-test by the attributes grouped by; computed once for the same data and range. */
export async function loadSizing(context: ViewContext, attributes: readonly string[]): Promise<Sizing> {
  const { reader, range, now, config } = context;
  const latest = range.to < now ? range.to : now;
  // Five-minute steps: `now` must not make every call a first one.
  const to = new Date(Math.floor(latest.getTime() / 300_000) * 300_000);
  const zone = config.organisation.time_zone;
  const { small_groups: limits } = config.views;
  const rules = sizingRulesOf(config);
  const key = JSON.stringify([range.from, to, [...attributes].sort(), zone, limits, rules, await dataVersion(reader)]);
  return cache(reader).get(key, async () => {
    const window = testWindow(to, zone);
    const needs = await loadNeeds(reader, to, rules);
    const groupAsOf = await loadGroups(reader);
    const spans = await loadSpans(reader, window);
    const personOf = (user: string): PersonGroup => groupAsOf(user, to);
    const cellOf = (user: string): string => cellName(personOf(user), attributes);
    const cells = cellsOf(needs, cellOf);
    const unions = await loadUnions(context, attributes, cells);
    const unionOf = (cell: string): string => unions.get(cell) ?? cell;
    const groupOf = (user: string): string => unionOf(cellOf(user));
    const test = await backTest(reader, window, spans, groupOf, rules);
    return {
      to,
      needs,
      personOf,
      cellOf,
      cells,
      unionOf,
      advice: recommend(needs, groupOf, rules),
      test,
      window,
      spans,
      rules,
    };
  });
}

function cellsOf(needs: ReadonlyMap<string, OwnNeed>, cellOf: (user: string) => string): Map<string, Cell> {
  const cells = new Map<string, Cell>();
  for (const [user, need] of needs) {
    const name = cellOf(user);
    const [department, role] = JSON.parse(name) as [string, string];
    const users = (cells.get(name)?.users ?? 0) + (need.cores === null ? 0 : 1);
    cells.set(name, { department, role, users });
  }
  return new Map([...cells].sort(([a], [b]) => (a < b ? -1 : 1)));
}
