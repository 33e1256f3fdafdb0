import { CustomVariableSupport, type DataQueryRequest, type DataQueryResponse } from '@grafana/data';
import { getTemplateSrv } from '@grafana/runtime';
import { from, map, type Observable } from 'rxjs';
import type { SceVoiceDataSource } from './datasource.ts';
import { VariableEditor } from './editors/variable-editor.tsx';
import type { VariableQuery } from './types.ts';

/** Template variables: what a parameter may be, as far as the one who looks may know it. */
export class ValuesVariables extends CustomVariableSupport<SceVoiceDataSource, VariableQuery> {
  readonly #source: SceVoiceDataSource;
  override editor = VariableEditor;

  constructor(source: SceVoiceDataSource) {
    super();
    this.#source = source;
  }

  override query({ targets, range, scopedVars }: DataQueryRequest<VariableQuery>): Observable<DataQueryResponse> {
    const [query] = targets;
    if (!query?.values) return from([{ data: [] }]);
    const filled = (text: string): string => getTemplateSrv().replace(text, scopedVars);
    const view = query.view ? filled(query.view) : undefined;
    return from(this.#source.values(filled(query.values), view, range)).pipe(
      map(({ values }) => ({ data: values.map(({ text, value }) => ({ text, value })) })),
    );
  }

  override getDefaultQuery(): Partial<VariableQuery> {
    return { values: 'department' };
  }
}
