import { describe, expect, it } from 'vitest';
import { carriedOver, numberProblem, parameterFields, withParameter, type ParameterField } from './parameters.ts';

const view = {
  parameters: {
    type: 'object',
    properties: {
      group_by: {
        type: 'array',
        maxItems: 2,
        default: ['role'],
        items: { anyOf: [{ const: 'department' }, { const: 'role' }] },
      },
      department: { type: 'string', default: '', description: 'Only this department; empty: all' },
      period: { anyOf: [{ const: 'none' }, { const: 'week' }], default: 'none' },
      candidates: { type: 'array', items: { type: 'string' }, default: [] },
      days: { type: 'integer', minimum: 1, maximum: 90, default: 30 },
      price: { type: 'number', minimum: 0 },
      over_time: { type: 'boolean', default: false },
      as_of: { type: 'string', format: 'date' },
      mode: { enum: ['a', 'b'] },
    },
  },
};
const fields = parameterFields(view);
const field = (name: string): ParameterField => fields.find((each) => each.name === name)!;

describe('parameterFields', () => {
  it.each([
    ['group_by', { kind: 'choices', options: ['department', 'role'], most: 2, label: 'Group by', fallback: ['role'] }],
    ['department', { kind: 'text', fallback: '', description: 'Only this department; empty: all' }],
    ['period', { kind: 'choice', options: ['none', 'week'] }],
    ['candidates', { kind: 'texts' }],
    ['days', { kind: 'number', isInteger: true, minimum: 1, maximum: 90 }],
    ['price', { kind: 'number', isInteger: false, minimum: 0, maximum: null, fallback: null }],
    ['over_time', { kind: 'switch', fallback: false }],
    ['as_of', { kind: 'date' }],
    ['mode', { kind: 'choice', options: ['a', 'b'] }],
  ])('%s', (name, expected) => expect(field(name)).toMatchObject(expected));

  it('keeps the order of the schema, and reads a view without parameters', () => {
    expect(fields.map(({ name }) => name)).toEqual(Object.keys(view.parameters.properties));
    expect(parameterFields({ parameters: {} })).toEqual([]);
  });
});

describe('numberProblem', () => {
  const days = field('days') as ParameterField & { kind: 'number' };
  it.each(['', '1', '90', ' 30 ', '$days', '${days}', '[[days]]'])('accepts "%s"', (text) =>
    expect(numberProblem(days, text)).toBeNull(),
  );
  it.each([
    ['abc', /a number or a variable/],
    ['1.5', /whole number/],
    ['0', /at least 1/],
    ['91', /at most 90/],
    ['Infinity', /a number/],
  ])('refuses "%s"', (text, reason) => expect(numberProblem(days, text)).toMatch(reason));
});

describe('withParameter', () => {
  it.each([
    ['sets', { a: 1 }, 'b', 'x', { a: 1, b: 'x' }],
    ['replaces', { a: 1 }, 'a', 2, { a: 2 }],
    ['takes away with null', { a: 1, b: 2 }, 'a', null, { b: 2 }],
    ['takes away with empty text', { a: 'x' }, 'a', '', {}],
    ['keeps an empty list', {}, 'group_by', [], { group_by: [] }],
    ['keeps false and 0', { a: 0 }, 'b', false, { a: 0, b: false }],
  ] as const)('%s', (_, before, name, value, after) =>
    expect(withParameter(before, name, value as never)).toEqual(after),
  );
});

describe('carriedOver', () => {
  it('keeps what the next view understands, and drops the rest', () => {
    const before = {
      department: 'Biostatistics',
      group_by: ['department', 'location'],
      period: '$period',
      days: 7,
      gone: 'x',
    };
    expect(carriedOver(before, fields)).toEqual({ department: 'Biostatistics', period: '$period', days: 7 });
    expect(carriedOver({ department: ['a', 'b'], candidates: ['x'], group_by: ['role'] }, fields)).toEqual({
      candidates: ['x'],
      group_by: ['role'],
    });
    expect(carriedOver(undefined, fields)).toEqual({});
  });
});
