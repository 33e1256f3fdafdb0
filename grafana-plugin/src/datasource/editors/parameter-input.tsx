import React, { useMemo, useState } from 'react';
import type { TimeRange } from '@grafana/data';
import { getTemplateSrv } from '@grafana/runtime';
import { Combobox, type ComboboxOption, Field, Input, MultiCombobox } from '@grafana/ui';
import type { SceVoiceDataSource } from '../datasource.ts';
import { labelOf, numberProblem, type ParameterField } from '../parameters.ts';
import type { ParameterInput } from '../types.ts';

interface Props {
  readonly field: ParameterField;
  readonly value: ParameterInput | undefined;
  readonly view: string;
  readonly source: Pick<SceVoiceDataSource, 'values'>;
  readonly range: TimeRange | undefined;
  readonly idPrefix: string;
  /** Null: not given, the view's default. */
  onChange(value: ParameterInput | null): void;
}

/** One parameter of a view: its type decides the input; a variable can stand in each. */
export function ParameterInputField({ idPrefix, ...props }: Props) {
  const { field, value } = props;
  const id = `${idPrefix}-${field.name}`;
  const problem = field.kind === 'number' ? numberProblem(field, String(value ?? '')) : null;
  return (
    <Field
      label={field.label}
      description={field.description}
      htmlFor={id}
      invalid={problem !== null}
      error={problem}
      noMargin
    >
      <InputOf id={id} {...props} />
    </Field>
  );
}

function InputOf({ id, field, value, view, source, range, onChange }: Omit<Props, 'idPrefix'> & { id: string }) {
  const offered = useMemo(
    () => async (typed: string) =>
      matching([...variableOptions(), ...(await offeredValues(source, field, view, range))], typed),
    [source, field, view, range],
  );
  switch (field.kind) {
    case 'choice':
    case 'switch':
      return (
        <Combobox
          id={id}
          options={[...optionsOf(field), ...variableOptions()]}
          value={value === undefined ? null : String(value)}
          placeholder={said(field)}
          createCustomValue
          isClearable
          onChange={(option) => onChange(option === null ? null : typed(field, option.value))}
        />
      );
    case 'choices':
      return (
        <MultiCombobox
          id={id}
          options={[...optionsOf(field), ...variableOptions()]}
          value={listOf(value)}
          placeholder={Array.isArray(value) ? 'none' : said(field)}
          createCustomValue
          isClearable
          onChange={(options) => onChange(listed(field, options.slice(0, field.most ?? undefined)))}
        />
      );
    case 'texts':
      return (
        <MultiCombobox
          id={id}
          options={offered}
          value={listOf(value).map((each) => ({ value: each, label: each }))}
          placeholder={Array.isArray(value) ? 'none' : said(field)}
          createCustomValue
          isClearable
          onChange={(options) => onChange(listed(field, options))}
        />
      );
    case 'text':
      return (
        <Combobox
          id={id}
          options={offered}
          value={value === undefined || value === '' ? null : { value: String(value), label: String(value) }}
          placeholder={said(field)}
          createCustomValue
          isClearable
          onChange={(option) => onChange(option?.value ?? null)}
        />
      );
    case 'number':
    case 'date':
      return <TypedInput id={id} field={field} value={value} onChange={onChange} />;
  }
}

/** Committed when it is left or with Enter: a query per keystroke would ask for 1, 12 and 120. */
function TypedInput({ id, field, value, onChange }: Pick<Props, 'field' | 'value' | 'onChange'> & { id: string }) {
  const [draft, setDraft] = useState<string | null>(null);
  const commit = (): void => {
    if (draft === null) return;
    const number = Number(draft);
    onChange(field.kind === 'number' && draft.trim() !== '' && Number.isFinite(number) ? number : draft.trim());
    setDraft(null);
  };
  return (
    <Input
      id={id}
      value={draft ?? String(value ?? '')}
      placeholder={said(field)}
      inputMode={field.kind === 'number' ? 'decimal' : 'text'}
      onChange={({ currentTarget }) => setDraft(currentTarget.value)}
      onBlur={commit}
      onKeyDown={({ key }) => {
        if (key === 'Enter') commit();
      }}
    />
  );
}

function optionsOf(field: ParameterField): ComboboxOption[] {
  if (field.kind === 'switch')
    return [
      { value: 'true', label: 'Yes' },
      { value: 'false', label: 'No' },
    ];
  if (field.kind !== 'choice' && field.kind !== 'choices') return [];
  return field.options.map((value) => ({ value, label: value === '' ? 'any' : labelOf(value) }));
}

function variableOptions(): ComboboxOption[] {
  return getTemplateSrv()
    .getVariables()
    .filter(({ type }) => type !== 'adhoc' && type !== 'datasource')
    .map(({ name }) => ({ value: `$${name}`, label: `$${name}`, description: 'Variable', group: 'Variables' }));
}

async function offeredValues(
  source: Props['source'],
  field: ParameterField,
  view: string,
  range: TimeRange | undefined,
): Promise<ComboboxOption[]> {
  // What may be chosen is a help; without it the value can still be typed.
  const found = await source.values(field.name, view, range).catch(() => null);
  return (found?.values ?? []).map(({ value, text }) => ({ value, label: text }));
}

function matching(options: readonly ComboboxOption[], typed: string): ComboboxOption[] {
  const wanted = typed.toLowerCase();
  return options.filter(({ label = '', value }) => `${label} ${value}`.toLowerCase().includes(wanted));
}

function typed(field: ParameterField, value: string): ParameterInput {
  return field.kind === 'switch' && (value === 'true' || value === 'false') ? value === 'true' : value;
}

/** Nothing chosen: the default, unless that chooses something itself. */
function listed(field: ParameterField, options: readonly ComboboxOption[]): string[] | null {
  const isDefaultEmpty = !Array.isArray(field.fallback) || field.fallback.length === 0;
  return options.length === 0 && isDefaultEmpty ? null : options.map(({ value }) => value);
}

function listOf(value: ParameterInput | undefined): string[] {
  if (value === undefined || value === '') return [];
  return Array.isArray(value) ? value : [String(value)];
}

/** What holds when nothing is given. */
function said({ fallback }: ParameterField): string {
  if (fallback === null || fallback === '' || (Array.isArray(fallback) && fallback.length === 0)) return 'all';
  return Array.isArray(fallback)
    ? fallback.map(labelOf).join(', ')
    : typeof fallback === 'boolean'
      ? fallback
        ? 'Yes'
        : 'No'
      : String(fallback);
}
