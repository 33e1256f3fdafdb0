import React, { useId } from 'react';
import type { QueryEditorProps } from '@grafana/data';
import { Combobox, Field, Stack } from '@grafana/ui';
import type { CatalogEntry } from '../../../../ingestor/src/contract/index.ts';
import { ProblemAlert } from '../../shared/problem-alert.tsx';
import { useAsync } from '../../shared/use-async.ts';
import type { SceVoiceDataSource } from '../datasource.ts';
import { labelOf, parameterFields } from '../parameters.ts';
import type { SceVoiceOptions, SceVoiceQuery, VariableQuery } from '../types.ts';

type Props = QueryEditorProps<SceVoiceDataSource, SceVoiceQuery, SceVoiceOptions, VariableQuery>;

/** Which parameter's values the variable offers. */
export function VariableEditor({ query, onChange, datasource }: Props) {
  const id = useId();
  const { value: catalog, error, isLoading, again } = useAsync(() => datasource.catalog(), [datasource]);
  const views = catalog?.views ?? [];
  const having = views.filter((view) => offered(view).some(({ name }) => name === query.values));
  return (
    <Stack direction="column" gap={2}>
      {error !== null && <ProblemAlert error={error} onRetry={again} />}
      <Field
        label="Values of"
        description="Departments, roles, images … that the one who looks may see"
        htmlFor={`${id}-values`}
        noMargin
      >
        <Combobox
          id={`${id}-values`}
          width={50}
          loading={isLoading}
          options={parameterOptions(views)}
          value={query.values || null}
          placeholder="Choose a parameter"
          createCustomValue
          onChange={({ value }) => onChange({ ...query, values: value, view: undefined })}
        />
      </Field>
      <Field
        label="As offered by"
        description="Views differ in what they know: a department without containers is in none about idle cores"
        htmlFor={`${id}-view`}
        noMargin
      >
        <Combobox
          id={`${id}-view`}
          width={50}
          options={having.map(({ id: value, title, topic }) => ({ value, label: title, group: topic }))}
          value={query.view ?? null}
          placeholder="any view"
          createCustomValue
          isClearable
          onChange={(option) => onChange({ ...query, view: option?.value })}
        />
      </Field>
    </Stack>
  );
}

function offered(view: CatalogEntry) {
  return parameterFields(view).filter(({ kind }) => kind === 'text' || kind === 'choice' || kind === 'texts');
}

/** Every parameter that has values, once; with how many questions know it. */
function parameterOptions(views: readonly CatalogEntry[]) {
  const counts = new Map<string, number>();
  for (const { name } of views.flatMap(offered)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([value, count]) => ({
      value,
      label: labelOf(value),
      description: count === 1 ? 'of one view' : `of ${count} views`,
    }));
}
