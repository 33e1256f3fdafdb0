import {
  type AdHocVariableFilter,
  type DataFrame,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceGetTagValuesOptions,
  type DataSourceInstanceSettings,
  LoadingState,
  type MetricFindValue,
  type ScopedVars,
  type TimeRange,
} from '@grafana/data';
import { DataSourceWithBackend, getTemplateSrv } from '@grafana/runtime';
import { catchError, from, map, type Observable, of, switchMap } from 'rxjs';
import type { Catalog, CatalogEntry, ValuesResponse } from '../../../ingestor/src/contract/index.ts';
import { annotations } from './annotations.ts';
import { problemOf } from './errors.ts';
import { interpolated, withFilters } from './interpolate.ts';
import { withLinks } from './links.ts';
import { labelOf, parameterFields } from './parameters.ts';
import type { SceVoiceOptions, SceVoiceQuery } from './types.ts';
import { ValuesVariables } from './variables.ts';

/** Views may be added by an update of the ingestor while a browser tab stays open. */
const catalogLifetimeMs = 5 * 60_000;

/** Asks the views of an sce-voice ingestor. Everything that needs data goes through the plugin's backend. */
export class SceVoiceDataSource extends DataSourceWithBackend<SceVoiceQuery, SceVoiceOptions> {
  #catalog: { readonly at: number; readonly answer: Promise<Catalog> } | null = null;
  #views: readonly CatalogEntry[] = [];

  constructor(settings: DataSourceInstanceSettings<SceVoiceOptions>) {
    super(settings);
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Grafana's own type is a union of all kinds
    this.variables = new ValuesVariables(this);
    this.annotations = annotations;
  }

  /** The questions there are. Asked once in five minutes; a failure is not remembered. */
  catalog(): Promise<Catalog> {
    const known = this.#catalog;
    if (known !== null && Date.now() - known.at < catalogLifetimeMs) return known.answer;
    const answer = this.getResource<Catalog>('catalog', undefined, { showErrorAlert: false }).then((catalog) => {
      this.#views = catalog.views;
      return catalog;
    });
    answer.catch(() => (this.#catalog = null));
    this.#catalog = { at: Date.now(), answer };
    return answer;
  }

  /** What a parameter may be, within the caller's scope. Empty: anything. */
  values(parameter: string, view?: string, range?: TimeRange): Promise<ValuesResponse> {
    const span = range ? { from: range.from.valueOf(), to: range.to.valueOf() } : {};
    return this.getResource<ValuesResponse>(
      `values/${encodeURIComponent(parameter)}`,
      { ...(view ? { view } : {}), ...span },
      { showErrorAlert: false },
    );
  }

  override getDefaultQuery(): Partial<SceVoiceQuery> {
    return { view: 'idle-cores-summary', params: {}, format: 'table' };
  }

  override getQueryDisplayText({ view, params }: SceVoiceQuery): string {
    const said = Object.entries(params ?? {}).map(([name, value]) => `${name}=${String(value)}`);
    return said.length === 0 ? view : `${view}: ${said.join(', ')}`;
  }

  override filterQuery(query: SceVoiceQuery): boolean {
    return Boolean(query.view);
  }

  override applyTemplateVariables(
    query: SceVoiceQuery,
    scoped: ScopedVars,
    filters?: AdHocVariableFilter[],
  ): SceVoiceQuery {
    const filled = interpolated(query, getTemplateSrv(), scoped);
    const view = this.#views.find(({ id }) => id === filled.view);
    return view === undefined ? filled : withFilters(filled, filters, parameterFields(view));
  }

  override query(request: DataQueryRequest<SceVoiceQuery>): Observable<DataQueryResponse> {
    // Ad-hoc filters become parameters only where the view has them, which the catalogue says.
    const ready: Observable<unknown> = request.filters?.length ? from(this.catalog()) : of(null);
    const views = new Map(request.targets.map(({ refId, view }) => [refId, view]));
    return ready.pipe(
      switchMap(() => super.query(request)),
      map((response) => ({
        ...response,
        data: response.data.map((frame: DataFrame) => withLinks(frame, views.get(frame.refId ?? '') ?? '')),
      })),
      catchError((error: unknown) => {
        const { message } = problemOf(error);
        return of({ data: [], state: LoadingState.Error, errors: [{ message }] });
      }),
    );
  }

  /** Keys of ad-hoc filters: the parameters that say *only this …*. */
  override async getTagKeys(): Promise<MetricFindValue[]> {
    const { views } = await this.catalog();
    const names = views
      .flatMap(parameterFields)
      .filter(({ kind, fallback }) => kind === 'text' && fallback === '')
      .map(({ name }) => name);
    return [...new Set(names)].map((name) => ({ text: labelOf(name), value: name }));
  }

  override async getTagValues({
    key,
    timeRange,
  }: DataSourceGetTagValuesOptions<SceVoiceQuery>): Promise<MetricFindValue[]> {
    const { values } = await this.values(key, undefined, timeRange);
    return values.map(({ text, value }) => ({ text, value }));
  }
}
