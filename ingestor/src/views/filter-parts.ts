import pLimit from 'p-limit';
import { SceError } from '../errors.ts';
import { textOf } from './partition.ts';
import { readSql } from '../warehouse/sql.ts';
import type { AnyView, GroupPrivacy, ViewContext, ViewRow, ViewRows } from './view.ts';

const valuesSql = readSql(import.meta.url, 'filter-values.sql');
/** Filters on containers: they divide the people who use them, so that what a filter leaves out can be worked out too. */
const filterNames = ['kind', 'cluster', 'component', 'image', 'node'] as const;
/** Hidden column with the part of the containers a row is about. */
const partColumn = 'filter_part';
const mostParts = 100;
const atATime = 3;

export interface Parts {
  readonly answer: ViewRows;
  /** Null: nothing is divided, the rows are those of the answer. */
  readonly part: { readonly column: string; readonly value: string } | null;
  readonly rule: GroupPrivacy;
}

/** The filters on containers that a caller uses. */
export function filtersAsked(view: AnyView, parameters: Readonly<Record<string, unknown>>): string[] {
  return filterNames.filter(
    (name) => isFilter(view, name) && parameters[name] !== '' && parameters[name] !== undefined,
  );
}

/** Throws `INVALID_PARAMETER` when filters divide people into more parts than can be protected. */
export function checkParts(view: { readonly id: string }, count: number, asked: readonly string[]): void {
  if (count <= mostParts) return;
  throw new SceError(
    'INVALID_PARAMETER',
    `${view.id} divides its people into ${count} parts by ${asked.join(' and ')}, more than ${mostParts}: filter by fewer of them, or ask with the scope platform`,
    { details: { view: view.id, filters: asked } },
  );
}

/**
 * Runs a view for every value of the filters asked for, as parts of one table: the parts that are too small can then be merged
 * like any others, and the one asked for is not the total less the rest. Throws `INVALID_PARAMETER` for too fine a filter.
 */
export async function runParts(
  view: AnyView,
  rule: GroupPrivacy,
  context: ViewContext,
  parameters: Readonly<Record<string, unknown>>,
): Promise<Parts> {
  const asked = filtersAsked(view, parameters);
  const whole = async (): Promise<Parts> => ({ answer: await view.run(context, parameters), part: null, rule });
  if (asked.length === 0) return whole();
  const rows = await context.reader.rows<Record<string, string | null>>(valuesSql);
  const parts = new Map(
    rows.map((row) => [nameOf(row, asked), Object.fromEntries(asked.map((name) => [name, row[name] ?? '']))]),
  );
  const value = nameOf(parameters, asked);
  if (!parts.has(value)) return whole();
  // A filter by nothing means all: what has no value belongs to no filter, and is nobody's part.
  const named = [...parts].filter(([, filters]) => Object.values(filters).every((each) => each !== ''));
  checkParts(view, named.length, asked);
  const limit = pLimit(atATime);
  const answers = await Promise.all(
    named.map(([name, filters]) =>
      limit(async () => [name, await view.run(context, { ...parameters, ...filters })] as const),
    ),
  );
  const own = answers.find(([name]) => name === value)?.[1];
  if (!own) return whole();
  const divided = answers.flatMap(([name, answer]) =>
    answer.rows.map((row): ViewRow => ({ ...row, [partColumn]: name })),
  );
  return {
    answer: { ...own, rows: divided },
    part: { column: partColumn, value },
    // A person may use containers of several parts.
    rule: { ...rule, attributes: [...rule.attributes, partColumn], overlapping: true },
  };
}

function isFilter(view: AnyView, name: string): boolean {
  const schema = (view.parameters as { properties: Record<string, { type?: string }> }).properties[name];
  return schema?.type === 'string';
}

function nameOf(values: Readonly<Record<string, unknown>>, names: readonly string[]): string {
  return names.map((name) => textOf(values[name] as ViewRow[string])).join(', ');
}
