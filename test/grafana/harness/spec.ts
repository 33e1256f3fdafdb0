/** What a test asks the page to show. JSON only: it crosses from Node into the browser. */

export type ThemeName = 'light' | 'dark';

/** A dashboard variable as the page's template service knows it. */
export interface VariableSpec {
  readonly name: string;
  /** `['$__all']` is *All*. */
  readonly value: string | readonly string[];
  readonly multi?: boolean;
}

export interface AdHocFilterSpec {
  readonly key: string;
  readonly operator: string;
  readonly value: string;
  readonly values?: readonly string[];
}

/** A frame without a backend: column by column. */
export interface FrameSpec {
  readonly refId?: string;
  readonly fields: readonly {
    readonly name: string;
    readonly type: 'time' | 'number' | 'string' | 'boolean';
    readonly values: readonly (string | number | boolean | null)[];
    readonly config?: Readonly<Record<string, unknown>>;
    readonly labels?: Readonly<Record<string, string>>;
  }[];
  readonly meta?: Readonly<Record<string, unknown>>;
}

export interface RangeSpec {
  /** Epoch milliseconds. */
  readonly from: number;
  readonly to: number;
}

interface Surroundings {
  readonly variables?: readonly VariableSpec[];
  /** Default: the last 30 days of the played organisation. */
  readonly range?: RangeSpec;
  readonly timeZone?: string;
}

export interface PanelSpec extends Surroundings {
  readonly kind: 'panel';
  /** `scevoice-lifecycle-panel` or `scevoice-idlecores-panel`. */
  readonly pluginId: string;
  readonly title?: string;
  /** Laid over the panel's own defaults. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly fieldConfig?: Readonly<Record<string, unknown>>;
  /** Asked of the data source; `refId` defaults to A, B, … */
  readonly queries?: readonly Readonly<Record<string, unknown>>[];
  /** Shown instead of asking the data source. */
  readonly frames?: readonly FrameSpec[];
  /** Default: what the query ends in; with `frames`: Done. */
  readonly state?: 'Loading' | 'Done' | 'Error';
  readonly error?: string;
  readonly filters?: readonly AdHocFilterSpec[];
  readonly width: number;
  readonly height: number;
}

/** A page of the app, with Grafana's router around it. */
export interface AppSpec extends Surroundings {
  readonly kind: 'app';
  /** Below `/a/scevoice-platform-app`, such as `/check`. */
  readonly path: string;
}

export interface AppConfigSpec extends Surroundings {
  readonly kind: 'app-config';
}

/** The config editor of the data source with a *Save & test* button like Grafana's. */
export interface DataSourceConfigSpec {
  readonly kind: 'datasource-config';
  readonly settings?: Readonly<Record<string, unknown>>;
}

export interface QueryEditorSpec extends Surroundings {
  readonly kind: 'query-editor' | 'variable-editor' | 'annotation-editor';
  readonly query?: Readonly<Record<string, unknown>>;
  /** `dashboard`, `explore`, `unified-alerting` … */
  readonly app?: string;
}

/** The query inspector's *Meta data* of the answer to a query. */
export interface InspectorSpec extends Surroundings {
  readonly kind: 'inspector';
  readonly query: Readonly<Record<string, unknown>>;
}

export type MountSpec = PanelSpec | AppSpec | AppConfigSpec | DataSourceConfigSpec | QueryEditorSpec | InspectorSpec;

/** What the mounted part has said or saved so far. */
export interface HarnessState {
  /** Panel: `loading`, `done`, `error`. */
  readonly status: string;
  /** The panel's options, the edited query, or the edited settings. */
  readonly value: unknown;
  /** Rows of the frames shown. */
  readonly rows: number;
  /** Path and query of the router. */
  readonly location: string;
  /** Requests that went to the backend: method and path. */
  readonly requests: readonly string[];
  /** Time ranges asked for through `onChangeTimeRange`. */
  readonly ranges: readonly RangeSpec[];
}
