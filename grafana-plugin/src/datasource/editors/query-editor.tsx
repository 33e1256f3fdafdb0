import React, { useId, useState } from 'react';
import { CoreApp, type QueryEditorProps } from '@grafana/data';
import { Collapse, Field, LoadingBar, MultiCombobox, RadioButtonGroup, Stack, Text, useStyles2 } from '@grafana/ui';
import { ProblemAlert } from '../../shared/problem-alert.tsx';
import { useAsync } from '../../shared/use-async.ts';
import type { SceVoiceDataSource } from '../datasource.ts';
import { carriedOver, parameterFields, withParameter } from '../parameters.ts';
import type { Format, SceVoiceOptions, SceVoiceQuery } from '../types.ts';
import { ParameterInputField } from './parameter-input.tsx';
import { queryEditorStyles } from './styles.ts';
import { ViewPicker } from './view-picker.tsx';

type Props = QueryEditorProps<SceVoiceDataSource, SceVoiceQuery, SceVoiceOptions>;

const formats: { label: string; value: Format; description: string }[] = [
  { label: 'Table', value: 'table', description: 'Rows as the view answers them' },
  { label: 'Time series', value: 'time_series', description: 'Texts become labels, numbers become series' },
  { label: 'Histogram', value: 'histogram', description: 'Bins with their edges, for the histogram panel' },
];

const shapes = [
  { label: 'Long', value: false, description: 'A row per combination of texts' },
  { label: 'Wide', value: true, description: 'A column per combination of texts: one row per time' },
];

/** A question, its parameters, and the form of the answer. */
export function QueryEditor({ query, onChange, onRunQuery, datasource, range, data, app }: Props) {
  const id = useId();
  const styles = useStyles2(queryEditorStyles);
  const [isExplained, setExplained] = useState(false);
  const { value: catalog, error, isLoading, again } = useAsync(() => datasource.catalog(), [datasource]);

  const view = catalog?.views.find((each) => each.id === query.view);
  const fields = view ? parameterFields(view) : [];
  const save = (change: Partial<SceVoiceQuery>): void => {
    onChange({ ...query, ...change });
    onRunQuery();
  };
  const hasTimes = view?.columns.some(({ type }) => type === 'time') ?? true;
  const failures = (data?.errors ?? []).filter((each) => each.refId === undefined || each.refId === query.refId);

  return (
    <div className={styles.editor}>
      {isLoading && <LoadingBar width={200} />}
      {error !== null && <ProblemAlert error={error} onRetry={again} />}
      <div className={styles.first}>
        <Field label="Question" htmlFor={`${id}-view`} description={view?.description} noMargin>
          <ViewPicker
            id={`${id}-view`}
            views={catalog?.views ?? []}
            value={query.view}
            isLoading={isLoading}
            onChange={(chosen) => {
              const next = catalog?.views.find((each) => each.id === chosen);
              const params = next ? carriedOver(query.params, parameterFields(next)) : query.params;
              save({ view: chosen, params, columns: undefined });
            }}
          />
        </Field>
        <Field label="Format" noMargin>
          <RadioButtonGroup
            options={app === CoreApp.UnifiedAlerting ? formats.slice(0, 2) : formats}
            value={query.format ?? 'table'}
            onChange={(format) => save({ format })}
          />
        </Field>
        {(query.format ?? 'table') === 'table' && hasTimes && (
          <Field label="Shape" noMargin>
            <RadioButtonGroup options={shapes} value={query.wide ?? false} onChange={(wide) => save({ wide })} />
          </Field>
        )}
      </div>

      {fields.length > 0 && (
        <div className={styles.parameters}>
          {fields.map((field) => (
            <ParameterInputField
              key={`${query.view} ${field.name}`}
              field={field}
              value={query.params?.[field.name]}
              view={query.view}
              source={datasource}
              range={range}
              idPrefix={id}
              onChange={(value) => save({ params: withParameter(query.params, field.name, value) })}
            />
          ))}
        </div>
      )}

      {view && (
        <>
          <Field
            label="Columns"
            description="Only these, in this order; an alert rule wants one number"
            htmlFor={`${id}-columns`}
            noMargin
          >
            <MultiCombobox
              id={`${id}-columns`}
              options={view.columns.map(({ name, displayName, description }) => ({
                value: name,
                label: displayName,
                description,
              }))}
              value={query.columns ?? []}
              placeholder={`all ${view.columns.length}`}
              isClearable
              onChange={(chosen) =>
                save({ columns: chosen.length === 0 ? undefined : chosen.map(({ value }) => value) })
              }
            />
          </Field>
          <Collapse label="How it is computed" isOpen={isExplained} onToggle={() => setExplained(!isExplained)}>
            <Stack direction="column" gap={1}>
              <Text element="p">{view.howComputed}</Text>
              <Text element="p" color="secondary" variant="bodySmall">
                Needs the scope {view.leastScope}. The query inspector shows the text with this answer’s own thresholds.
              </Text>
            </Stack>
          </Collapse>
        </>
      )}
      {failures.map((failure) => (
        <ProblemAlert key={failure.message} error={failure} />
      ))}
    </div>
  );
}
