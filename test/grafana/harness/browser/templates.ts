import type { TypedVariableModel } from '@grafana/data';
import type { TemplateSrv } from '@grafana/runtime';
import type { VariableSpec } from '../spec.ts';

let variables: readonly VariableSpec[] = [];

export function setVariables(specs: readonly VariableSpec[]): void {
  variables = specs;
}

const reference = /\$(\w+)|\[\[(\w+?)(?::(\w+))?\]\]|\$\{(\w+)(?:\.[^:^}]+)?(?::([^}]+))?\}/g;

/** The part of Grafana's template service that data sources use: names, formats, scoped variables, *All* as all of its values. */
export const templates: TemplateSrv = {
  getVariables: () =>
    variables.map(({ name, value, multi }) => ({
      name,
      type: 'query',
      multi: multi ?? false,
      includeAll: true,
      current: { value, text: value },
    })) as unknown as TypedVariableModel[],
  replace: (target, scopedVars, format) =>
    (target ?? '').replace(reference, (match: string, ...groups: (string | undefined)[]) => {
      const name = groups[0] ?? groups[1] ?? groups[3] ?? '';
      const scoped = scopedVars?.[name]?.value as unknown;
      const value = scoped ?? variables.find((variable) => variable.name === name)?.value;
      if (value === undefined) return match;
      return formatted(value, groups[2] ?? groups[4] ?? format);
    }),
  containsTemplate: (target) => {
    reference.lastIndex = 0;
    return reference.test(target ?? '');
  },
  updateTimeRange: () => undefined,
};

function formatted(value: unknown, format: unknown): string {
  if (typeof format === 'function') return String((format as (value: unknown) => unknown)(value));
  const values = Array.isArray(value) ? value.map(String) : [String(value)];
  if (format === 'json') return JSON.stringify(values);
  if (format === 'csv' || format === 'raw') return values.join(',');
  return values.length === 1 ? (values[0] ?? '') : `{${values.join(',')}}`;
}
