import { CoreApp, type DataFrame, DataFrameView, type DataQueryRequest, dateTime, type TimeRange } from '@grafana/data';
import { getDataSourceSrv } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';
import type { SceVoiceDataSource } from '../datasource/datasource.ts';
import type { SceVoiceQuery } from '../datasource/types.ts';
import { DATA_SOURCE_ID } from '../ids.ts';

/** There is no data source of the plugin yet. Not an error: the next step. */
export class NoDataSource extends Error {}

export type Question = Pick<SceVoiceQuery, 'view' | 'params' | 'columns'>;

/** An answer, or why there is none. One failed question leaves the others standing. */
export type Answer = { readonly frame: DataFrame } | { readonly error: unknown };

/** The data source the pages use: Grafana's default when it is ours, otherwise the first. Throws `NoDataSource`. */
export async function findDataSource(): Promise<SceVoiceDataSource> {
  const all = getDataSourceSrv().getList({ pluginId: DATA_SOURCE_ID });
  const chosen = all.find(({ isDefault }) => isDefault) ?? all[0];
  if (chosen === undefined) throw new NoDataSource('no data source of this plugin is set up');
  return (await getDataSourceSrv().get(chosen.uid)) as unknown as SceVoiceDataSource;
}

export function lastDays(days: number): TimeRange {
  const to = dateTime();
  const from = dateTime(to).subtract(days, 'days');
  return { from, to, raw: { from: `now-${days}d`, to: 'now' } };
}

/** Asks several views at once, by name. */
export async function ask<Name extends string>(
  source: SceVoiceDataSource,
  questions: Readonly<Record<Name, Question>>,
  range: TimeRange,
): Promise<Record<Name, Answer>> {
  const names = Object.keys(questions) as Name[];
  const request: DataQueryRequest<SceVoiceQuery> = {
    requestId: `scevoice-${names.join('-')}`,
    app: CoreApp.Unknown,
    interval: '1h',
    intervalMs: 3_600_000,
    maxDataPoints: 1_000,
    range,
    scopedVars: {},
    startTime: Date.now(),
    timezone: 'browser',
    targets: names.map((refId) => ({ refId, datasource: source.getRef(), format: 'table', ...questions[refId] })),
  };
  const response = await lastValueFrom(source.query(request));
  // A request that failed as a whole has `error` only, which the SDK calls deprecated and still fills.
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- see above
  const { data, errors = response.error ? [response.error] : [] } = response;
  return Object.fromEntries(
    names.map((name): [Name, Answer] => {
      const frame = (data as DataFrame[]).find(({ refId }) => refId === name);
      const error = errors.find(({ refId }) => refId === name) ?? errors.find(({ refId }) => refId === undefined);
      return [name, frame === undefined || error ? { error: error ?? new Error('no answer came') } : { frame }];
    }),
  ) as Record<Name, Answer>;
}

export type Row = Readonly<Record<string, string | number | boolean | null>>;

export function rowsOf(frame: DataFrame): Row[] {
  return new DataFrameView<Row>(frame).toArray();
}
