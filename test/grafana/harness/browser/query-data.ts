import {
  applyFieldOverrides,
  createTheme,
  dateTime,
  LoadingState,
  toDataFrame,
  type DataFrame,
  type DataQueryRequest,
  type DataQueryResponse,
  type FieldConfigSource,
  type InterpolateFunction,
  type PanelData,
  type PanelPlugin,
  type TimeRange,
} from '@grafana/data';
import { lastValueFrom, isObservable, from } from 'rxjs';
import type { FrameSpec, PanelSpec, RangeSpec } from '../spec.ts';
import { dataSource, instanceSettings } from './data-source.ts';

export function toTimeRange(range: RangeSpec): TimeRange {
  const [start, end] = [dateTime(range.from), dateTime(range.to)];
  return { from: start, to: end, raw: { from: start, to: end } };
}

/** A request as Grafana makes it for a panel. */
export function toRequest(
  queries: readonly Readonly<Record<string, unknown>>[],
  range: TimeRange,
  more: Partial<DataQueryRequest> = {},
): DataQueryRequest {
  return {
    requestId: 'harness',
    app: 'dashboard',
    interval: '1h',
    intervalMs: 3_600_000,
    maxDataPoints: 1_000,
    range,
    scopedVars: {},
    startTime: Date.now(),
    timezone: 'utc',
    targets: queries.map((query, index) => ({
      refId: String.fromCharCode(65 + index),
      datasource: { uid: 'scevoice', type: instanceSettings().type },
      ...query,
    })),
    ...more,
  };
}

export async function ask(request: DataQueryRequest): Promise<DataQueryResponse> {
  const source = await dataSource();
  const wanted = request.targets.filter((query) => query.hide !== true && (source.filterQuery?.(query) ?? true));
  if (wanted.length === 0) return { data: [] };
  const answer = source.query({ ...request, targets: wanted });
  return lastValueFrom(isObservable(answer) ? answer : from(answer));
}

export const withoutVariables: InterpolateFunction = (value) => value;

function toFrame(spec: FrameSpec): DataFrame {
  return toDataFrame({
    refId: spec.refId ?? 'A',
    meta: spec.meta,
    fields: spec.fields.map((field) => ({ ...field, config: field.config ?? {}, values: [...field.values] })),
  });
}

/** Data for a panel: frames of the test, or the answer of the data source, with the panel's field configuration applied. */
export async function panelData(
  spec: PanelSpec,
  range: TimeRange,
  plugin: PanelPlugin,
  theme: 'light' | 'dark',
): Promise<PanelData> {
  const request = toRequest(spec.queries ?? [], range, { filters: spec.filters as DataQueryRequest['filters'] });
  const response: DataQueryResponse =
    spec.frames === undefined ? await ask(request) : { data: spec.frames.map(toFrame) };
  const error = spec.error === undefined ? response.errors?.[0] : { message: spec.error };
  return {
    state: error ? LoadingState.Error : ((spec.state as LoadingState | undefined) ?? LoadingState.Done),
    series: applyFieldOverrides({
      data: response.data as DataFrame[],
      fieldConfig: fieldConfigOf(spec),
      fieldConfigRegistry: plugin.fieldConfigRegistry,
      replaceVariables: withoutVariables,
      theme: createTheme({ colors: { mode: theme } }),
      timeZone: spec.timeZone ?? 'utc',
    }),
    timeRange: range,
    // A panel that asks on its own does so in the name of its query.
    ...(request.targets.length > 0 ? { request } : {}),
    ...(error ? { error, errors: [error] } : {}),
  };
}

export function fieldConfigOf(spec: PanelSpec): FieldConfigSource {
  return { defaults: { custom: {} }, overrides: [], ...spec.fieldConfig };
}
