import type { Static, TObject } from 'typebox';
import type { Config } from '../config.ts';
import type { Scope, ViewColumn } from '../contract/index.ts';
import type { CellValue, WarehouseReader } from '../warehouse/warehouse.ts';

export interface TimeRange {
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
}

export interface ViewContext {
  readonly reader: WarehouseReader;
  readonly config: Config;
  /** Already widened to whole days or weeks where the view's privacy asks for it. */
  readonly range: TimeRange;
  readonly now: Date;
  readonly maxDataPoints: number;
  /**
   * Person attributes to group by, at most two: what the caller asked to see (`group_by`) and what they filter by.
   * Of `groups` views only. The view groups by all of them and filters by none: the runner filters after it has
   * protected the whole table, so that a filter never shows what the table hides.
   */
  readonly attributes: readonly string[];
  /**
   * Filters on containers that the view has to protect itself (`mergesItself`): with every value of them in one table, since what
   * a filter leaves out can be worked out. Otherwise empty.
   */
  readonly dividing: readonly string[];
  /** The only person the caller may see rows of (`self`), or null. Of `persons` views; the runner enforces it too. */
  readonly person: string | null;
}

/** How a measure of two merged cells becomes one. `ratio` divides two other (perhaps hidden) columns after they were merged. */
export type Merge =
  | 'sum'
  | 'max'
  | 'min'
  | 'blank'
  | { readonly ratio: readonly [numerator: string, denominator: string]; readonly times?: number };

/** Rows are groups of people: small cells are merged or hidden. */
export interface GroupPrivacy {
  readonly kind: 'groups';
  /**
   * Columns holding attributes of persons (`department`, `role`, `is_manager`, `manager` …). The view takes `group_by`
   * (array of these) and, for those it can be filtered by, a parameter of the attribute's name. A column the caller
   * did not group by carries one constant, such as `all`.
   */
  readonly attributes: readonly string[];
  /** Further columns that split the same people and may be merged with their neighbour, such as a bin or a class. */
  readonly splits?: readonly Split[];
  /** Columns that are never merged: weeks, months. A thin one is merged further than the others, or left out. */
  readonly slices?: readonly string[];
  /** Column (may be hidden) with the number of people who contribute to a row; null or 0: the row is not about people. */
  readonly people: string;
  /** Further counts of people that a row shows or lets work out (active ones, those before): each is none or enough. */
  readonly alsoPeople?: readonly string[];
  /** True when one person may be in several rows of a slice (bins, image versions): then counts do not add up. */
  readonly overlapping?: boolean;
  /** Sums, each with the (hidden) column that holds the largest amount of one person in it. */
  readonly dominance?: readonly { readonly sum: string; readonly largest: string }[];
  /**
   * Sums that are differences of other shown sums. A cell is not merged because of one: where one person holds most of it in any
   * cell, it is empty in the whole table, and the columns `terms` with it, as many as it takes that the others do not give it away.
   */
  readonly derived?: readonly DerivedSum[];
  /** Columns that the runner fills after merging: `of` ÷ its sum over the splits of the same group and slice; `total`: that sum. */
  readonly shares?: readonly { readonly share: string; readonly of: string; readonly total?: string }[];
  /** Every number that is not named here becomes empty in a merged cell. */
  readonly merge: Readonly<Record<string, Merge>>;
  /**
   * Rows that cannot be merged once they are computed (curves): the view merges before, by `protectGroups`, keeps only the part of
   * the containers asked for, and says in `merged` what stands for what.
   */
  readonly mergesItself?: boolean;
  /** The range is widened to whole days (default) or weeks of the organisation. Activity of people: `week`. */
  readonly widenTo?: 'day' | 'week';
}

export interface DerivedSum {
  readonly sum: string;
  /** Hidden column with the largest amount of one person in it. */
  readonly largest: string;
  /** Columns that would give it away: empty with it where it is a hundredth of the largest of them or more. */
  readonly terms: readonly string[];
}

export interface Split {
  readonly column: string;
  /** Hidden numeric column giving the order; then only adjacent values merge. Without it the smallest does. */
  readonly order?: string;
}

/** How a view's rows are made safe to show (definitions: Privacy). Applied by the view runner, once, for every view. */
export type ViewPrivacy =
  /** Nothing about people: node figures, data quality. */
  | { readonly kind: 'none' }
  | GroupPrivacy
  /**
   * Rows are about one person or their workspaces: only `self` (own rows only) and `platform` (logged).
   * `person` names the (maybe hidden) column with the person key.
   */
  | { readonly kind: 'persons'; readonly person: string; readonly widenTo?: 'day' | 'week' };

/** A row by column name: every column of the view, and the hidden ones its privacy names. */
export type ViewRow = Readonly<Record<string, CellValue>>;

export interface ViewRows {
  /** As `reader.rows()` gives them, when the SQL names its columns as the view does. In the order to show. */
  readonly rows: readonly ViewRow[];
  /** Covered seconds ÷ alive seconds of what the answer is made of, 0…1; null where that has no meaning. */
  readonly coverage: number | null;
  /** Filled into `howComputed`: thresholds, price versions, basis … */
  readonly facts?: Readonly<Record<string, string | number>>;
  readonly notices?: readonly string[];
  /** Of a view that merges itself: column → value → what is shown instead. */
  readonly merged?: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** One question. Lives in a folder of its own: `view.ts`, `query.sql`, `view.test.ts` with golden rows. */
export interface View<P extends TObject = TObject> {
  readonly id: string;
  readonly title: string;
  /** Group in the view picker: `Use`, `Cost`, `Life cycle`, `Runtimes`, `People`, `Connect`, `Operations` … */
  readonly topic: string;
  readonly description: string;
  /** TypeBox object: every property with `default` and `description`. */
  readonly parameters: P;
  /** What the caller sees, in this order. */
  readonly columns: readonly ViewColumn[];
  readonly leastScope: Scope;
  readonly privacy: ViewPrivacy;
  /** Formula and thresholds in words; `{name}` is replaced from `facts`. */
  readonly howComputed: string;
  run(context: ViewContext, parameters: Static<P>): Promise<ViewRows>;
}

/** A view of any parameters, as lists hold it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- `run` takes the parameters it declares; the runner checks them
export type AnyView = View<any>;

/** Keeps the parameter type while views of all kinds share one list. */
export function defineView<P extends TObject>(view: View<P>): View<P> {
  return view;
}
