import type { AdHocVariableFilter, ScopedVars, TypedVariableModel } from '@grafana/data';
import type { TemplateSrv } from '@grafana/runtime';
import { isVariable, type ParameterField } from './parameters.ts';
import type { ParameterInput, SceVoiceQuery } from './types.ts';

type Templates = Pick<TemplateSrv, 'replace' | 'getVariables'>;

/**
 * The query with its variables filled in. A variable that stands at *All* leaves the parameter out: the list of all values
 * is not the same as no filter. Several values of a variable become several items where the parameter takes a list.
 */
export function interpolated(query: SceVoiceQuery, templates: Templates, scoped: ScopedVars = {}): SceVoiceQuery {
  const params: Record<string, ParameterInput> = {};
  for (const [name, value] of Object.entries(query.params ?? {})) {
    const filled = Array.isArray(value)
      ? value.flatMap((each) => valuesOf(each, templates, scoped))
      : single(value, templates, scoped);
    // A list that is empty only because its variables stand at *All* is no list.
    const isGone = Array.isArray(filled) && filled.length === 0 && Array.isArray(value) && value.length > 0;
    if (filled !== null && !isGone) params[name] = filled;
  }
  return { ...query, view: templates.replace(query.view, scoped), params };
}

function single(value: ParameterInput, templates: Templates, scoped: ScopedVars): ParameterInput | null {
  if (!isVariable(value)) return value;
  if (isAll(String(value), templates, scoped)) return null;
  return templates.replace(String(value), scoped, 'csv');
}

function valuesOf(text: string, templates: Templates, scoped: ScopedVars): string[] {
  if (!isVariable(text)) return [text];
  if (isAll(text, templates, scoped)) return [];
  const found: string[] = [];
  const rest = templates.replace(text, scoped, (value: unknown) => {
    found.push(...(Array.isArray(value) ? value.map(String) : [String(value)]));
    return '';
  });
  // Text around the variable: one value, as written.
  return (rest === '' ? found : [templates.replace(text, scoped, 'csv')]).filter((each) => each !== '');
}

const wholeVariable = /^\$(\w+)$|^\$\{(\w+)(?::\w+)?\}$|^\[\[(\w+)(?::\w+)?\]\]$/;

function isAll(text: string, templates: Templates, scoped: ScopedVars): boolean {
  const match = wholeVariable.exec(text.trim());
  const name = match?.[1] ?? match?.[2] ?? match?.[3];
  if (name === undefined || scoped[name] !== undefined) return false;
  const variable = templates.getVariables().find((each) => each.name === name);
  return variable !== undefined && currentOf(variable).includes('$__all');
}

function currentOf(variable: TypedVariableModel): unknown[] {
  const { current } = variable as { current?: { value?: unknown } };
  return Array.isArray(current?.value) ? current.value : [current?.value];
}

/** An ad-hoc filter that no parameter can express. */
export class FilterProblem extends Error {}

/**
 * Ad-hoc filters as parameters of the view. Filters on what a view does not know leave it as it is, as Grafana's own sources
 * do; what the query says itself goes first. Throws `FilterProblem` for an operator that cannot be answered honestly.
 */
export function withFilters(
  query: SceVoiceQuery,
  filters: readonly AdHocVariableFilter[] | undefined,
  fields: readonly ParameterField[],
): SceVoiceQuery {
  const params = { ...query.params };
  for (const { key, operator, value, values } of filters ?? []) {
    const field = fields.find((each) => each.name === key);
    const wanted = operator === '=|' ? (values ?? [value]) : [value];
    if (field === undefined || params[key] !== undefined || wanted.join('') === '') continue;
    const isList = field.kind === 'texts' || field.kind === 'choices';
    if ((operator !== '=' && operator !== '=|') || (wanted.length > 1 && !isList))
      throw new FilterProblem(
        `the filter "${key} ${operator} ${wanted.join(', ')}" cannot be asked of ${query.view}: ${isList ? '= and one-of' : '= with one value'} can`,
      );
    params[key] = isList ? wanted : (wanted[0] ?? '');
  }
  return { ...query, params };
}
