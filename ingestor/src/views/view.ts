import type { Static, TObject } from 'typebox';
import type { CellValue, WarehouseReader } from '../warehouse/warehouse.ts';
import type { Config } from '../config.ts';
import type { Scope, ViewColumn } from '../contract/index.ts';

export interface TimeRange {
  readonly from: Date;
  readonly to: Date;
}

/** Who asks, and what that lets them see. Made by the access layer from a token or a verified identity. */
export interface Principal {
  readonly scope: Scope;
  /** The asking person's key, for `self`; null for tokens of programs. */
  readonly personKey: string | null;
  /** The department a `department` scope is bound to. */
  readonly department: string | null;
  /** For logs: the token's name or the identity's subject, never the token. */
  readonly name: string;
}

export interface ViewContext {
  readonly reader: WarehouseReader;
  readonly config: Config;
  readonly principal: Principal;
  readonly range: TimeRange;
  readonly now: Date;
  readonly maxDataPoints: number;
}

/** How a view's rows are made safe to show (definitions: Privacy). Applied by the view runner, once, for every view. */
export type ViewPrivacy =
  /** Nothing about people: node figures, data quality. */
  | { readonly kind: 'none' }
  /**
   * Rows are groups of people. `people` names the hidden column that counts the contributing people of a row,
   * `topShare` the hidden one with the largest share of one person (0…1) in the sums, `merge` says how the small
   * cells' numbers join their neighbour's.
   */
  | {
      readonly kind: 'groups';
      readonly dimensions: readonly string[];
      readonly people: string;
      readonly topShare?: string;
      readonly merge: Readonly<Record<string, 'sum' | 'max' | 'min' | 'blank'>>;
    }
  /** Rows are about one person or their workspaces: only `self` and `platform`, and the read is logged. */
  | { readonly kind: 'persons'; readonly namesNeeded: boolean };

export interface ViewRows {
  readonly rows: readonly (readonly CellValue[])[];
  /** Covered seconds ÷ alive seconds of what the answer is made of; null where that has no meaning. */
  readonly coverage: number | null;
  /** Filled into `howComputed`: thresholds, price versions, basis … */
  readonly facts?: Readonly<Record<string, string | number>>;
  readonly notices?: readonly string[];
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
  /** In the order of `rows`. */
  readonly columns: readonly ViewColumn[];
  readonly leastScope: Scope;
  readonly privacy: ViewPrivacy;
  /** Formula and thresholds in words; `{name}` is replaced from `facts`. */
  readonly howComputed: string;
  run(context: ViewContext, parameters: Static<P>): Promise<ViewRows>;
}

/** Keeps the parameter type while views of all kinds share one list. */
export function defineView<P extends TObject>(view: View<P>): View<P> {
  return view;
}
