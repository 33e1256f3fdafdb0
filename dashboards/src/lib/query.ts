import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import { checkParams, columnOf, type Params } from './catalog.ts';

/** Plugin id of the data source. */
export const dataSourceType = 'scevoice-platform-datasource';
/** `uid` that provisioning gives it: for what cannot have a variable (alert rules, public dashboards). */
export const dataSourceUid = 'sce-voice';

/** What the data source is asked: the model that its query editor writes. */
export interface ViewQuery {
  readonly refId: string;
  readonly view: string;
  readonly params: Params;
  readonly columns?: readonly string[];
  readonly format: 'table' | 'time_series';
  readonly periods?: 'text';
  readonly whenEmpty?: 'nothing';
}

export interface Question {
  readonly view: string;
  readonly params?: Params;
  /** Only these, in this order; default: all of the view. */
  readonly columns?: readonly string[];
  /** `time_series`: text columns become labels. Default `table`. */
  readonly format?: ViewQuery['format'];
  /** `text`: months, weeks and days by name; Grafana would write their starts in the zone of the one who looks. */
  readonly periods?: 'text';
  /** `nothing`: an answer without rows has no columns either, and the panel says why there is nothing. */
  readonly whenEmpty?: 'nothing';
}

/** A query of a view, checked against the ingestor's own catalogue. */
export function viewQuery(refId: string, question: Question): ViewQuery {
  const { view, params = {}, columns, format = 'table', periods, whenEmpty } = question;
  checkParams(view, params);
  for (const name of columns ?? []) columnOf(view, name);
  return {
    refId,
    view,
    params,
    ...(columns ? { columns } : {}),
    format,
    ...(periods ? { periods } : {}),
    ...(whenEmpty ? { whenEmpty } : {}),
  };
}

/** The same for the builders of panels. */
export function target(refId: string, question: Question, datasource: DataSourceRef): Builder<Dataquery> {
  // Marker of the SDK's types; being a function it is not written.
  const query = { ...viewQuery(refId, question), datasource, _implementsDataqueryVariant: () => undefined };
  return { build: () => query };
}
