import { describe, expect, it } from 'vitest';
import { FilterProblem, interpolated, withFilters } from './interpolate.ts';
import { parameterFields } from './parameters.ts';
import type { SceVoiceQuery } from './types.ts';

/** Variables as Grafana's template service gives them: *All* is the list of all values unless one looks closely. */
const variables: Record<string, { current: string[]; all?: string[] }> = {
  department: { current: ['Research, Basic'] },
  several: { current: ['a', 'b'] },
  everything: { current: ['$__all'], all: ['a', 'b', 'c'] },
};
const templates = {
  getVariables: () =>
    Object.entries(variables).map(([name, { current }]) => ({ name, current: { value: current } })) as never,
  replace: (text?: string, scoped?: Record<string, { value: unknown }>, format?: unknown) =>
    (text ?? '').replace(/\$\{?(\w+)\}?/g, (match: string, name: string) => {
      const variable = variables[name];
      const value = scoped?.[name]?.value ?? variable?.all ?? variable?.current;
      if (value === undefined) return match;
      return typeof format === 'function'
        ? (format as (v: unknown) => string)(value)
        : [value as string | string[]].flat().join(',');
    }),
};
const query = (params: SceVoiceQuery['params']): SceVoiceQuery => ({ refId: 'A', view: 'cost', params: params! });

describe('interpolated', () => {
  it.each([
    ['a text', { department: '$department' }, { department: 'Research, Basic' }],
    [
      'a value with a comma stays one item of a list',
      { group_by: ['${department}'] },
      { group_by: ['Research, Basic'] },
    ],
    ['several values become several items', { images: ['x', '$several'] }, { images: ['x', 'a', 'b'] }],
    ['text around a variable', { images: ['r-$department'] }, { images: ['r-Research, Basic'] }],
    ['All leaves a text out', { department: '$everything', days: 3 }, { days: 3 }],
    ['All leaves a list out', { images: ['$everything'] }, {}],
    ['an empty list is a value', { group_by: [] }, { group_by: [] }],
    ['numbers and switches stay', { days: 30, over_time: false }, { days: 30, over_time: false }],
    ['an unknown variable stays for the ingestor to refuse', { department: '$nobody' }, { department: '$nobody' }],
  ] as const)('%s', (_, params, expected) =>
    expect(interpolated(query(params as never), templates).params).toEqual(expected),
  );

  it('lets a repeated panel’s own value win over All', () => {
    const scoped = { everything: { text: 'b', value: 'b' } };
    expect(interpolated(query({ department: '$everything' }), templates, scoped).params).toEqual({ department: 'b' });
  });

  it('fills the view in, and a query without parameters', () => {
    expect(interpolated({ refId: 'A', view: '$several' }, templates)).toEqual({ refId: 'A', view: 'a,b', params: {} });
  });
});

describe('withFilters', () => {
  const fields = parameterFields({
    parameters: {
      properties: { department: { type: 'string', default: '' }, images: { type: 'array', items: { type: 'string' } } },
    },
  });
  const filtered = (filters: { key: string; operator: string; value: string; values?: string[] }[], params = {}) =>
    withFilters(query(params), filters, fields).params;

  it.each([
    ['equal', { key: 'department', operator: '=', value: 'x' }, { department: 'x' }],
    ['one of one', { key: 'department', operator: '=|', value: 'x', values: ['x'] }, { department: 'x' }],
    [
      'one of several, of a list',
      { key: 'images', operator: '=|', value: 'a', values: ['a', 'b'] },
      { images: ['a', 'b'] },
    ],
    ['a key the view does not know', { key: 'node', operator: '!=', value: 'x' }, {}],
    ['a filter that is not filled in yet', { key: 'department', operator: '=', value: '' }, {}],
  ])('%s', (_, filter, expected) => expect(filtered([filter])).toEqual(expected));

  it('does not overrule the query', () => {
    const filter = { key: 'department', operator: '=', value: 'x' };
    expect(filtered([filter], { department: 'y' })).toEqual({ department: 'y' });
  });

  it.each(['!=', '=~', '!~', '<'])('refuses %s rather than show something else', (operator) => {
    expect(() => filtered([{ key: 'department', operator, value: 'x' }])).toThrow(FilterProblem);
  });

  it('refuses several values of a parameter that takes one', () => {
    const filter = { key: 'department', operator: '=|', value: 'x', values: ['x', 'y'] };
    expect(() => filtered([filter])).toThrow(/= with one value/);
  });
});
