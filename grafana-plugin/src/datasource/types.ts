import type { DataSourceJsonData } from '@grafana/data';
import type { DataQuery } from '@grafana/schema';

export type ParameterInput = string | string[] | number | boolean;

/** `time_series`: texts become labels, one series per number and combination of them. `histogram`: bins as Grafana draws them. */
export type Format = 'table' | 'time_series' | 'histogram';

/** One question to a view. Shared with the backend, the dashboards and the alert rules. */
export interface SceVoiceQuery extends DataQuery {
  view: string;
  params?: Record<string, ParameterInput>;
  /** Default: table. */
  format?: Format;
  /** Of a table with times: one column per number and combination of texts. */
  wide?: boolean;
  /** Only these columns, in this order; default: all. */
  columns?: string[];
  /** `text`: the starts of periods, and days, as texts such as 2026-10, as the organisation has them. */
  periods?: 'text';
  /** `nothing`: a table without rows has no columns either, so that Grafana's table says why instead of showing bare headers. */
  whenEmpty?: 'nothing';
}

/** A template variable: the values a parameter may have within the scope of the one who looks. */
export interface VariableQuery extends DataQuery {
  /** Name of the parameter, such as `department`. */
  values: string;
  /** As this view offers them; default: any view with the parameter. */
  view?: string;
}

/** What a request without a signed-in person may see: groups only, or whatever the token may. */
export type DefaultScope = 'aggregate' | 'token';

export interface SceVoiceOptions extends DataSourceJsonData {
  tlsSkipVerify?: boolean;
  defaultScope?: DefaultScope;
  timeoutSeconds?: number;
}

export interface SceVoiceSecrets {
  token?: string;
  tlsCACert?: string;
  tlsClientCert?: string;
  tlsClientKey?: string;
}
