import type { Logger } from 'pino';
import { scopeAllows, type Principal } from './principal.ts';
import type { Config } from '../config.ts';
import type { ViewColumn } from '../contract/index.ts';
import { SceError } from '../errors.ts';
import type { CellValue, WarehouseReader } from '../warehouse/warehouse.ts';
import { withCurrencyUnit } from './money-unit.ts';
import { loadFixedGroups } from './people/fixed-groups.ts';
import { protectGroups, type FixedGroups } from './privacy.ts';
import { filtersAsked, runParts, type Parts } from './filter-parts.ts';
import { resolveRange, widenRange } from './range.ts';
import { resolveParameters } from './resolve-parameters.ts';
import { previousRange } from './shared/compare.ts';
import type { AnyView, GroupPrivacy, TimeRange, ViewContext, ViewRow, ViewRows } from './view.ts';

export interface ViewQuestion {
  readonly view: AnyView;
  readonly principal: Principal;
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  readonly range?: { readonly from: string | number; readonly to: string | number } | undefined;
  readonly maxDataPoints?: number | undefined;
}

export interface ViewAnswer {
  readonly columns: readonly ViewColumn[];
  /** `rows[i][j]` belongs to `columns[j]`; times are `Date`s. */
  readonly rows: readonly (readonly CellValue[])[];
  readonly meta: {
    readonly howComputed: string;
    readonly coverage: number | null;
    readonly rowCount: number;
    readonly from: Date;
    readonly to: Date;
    readonly notices: readonly string[];
  };
}

export interface ViewRunnerOptions {
  readonly reader: WarehouseReader;
  readonly config: Config;
  readonly log: Logger;
  readonly now?: () => Date;
}

/**
 * Runs a view for a caller: parameters, range, scope, privacy, texts (docs/views.md). The only way to a view's rows.
 * Throws `INVALID_PARAMETER`, `FORBIDDEN` and what the reader throws.
 */
export async function runView(question: ViewQuestion, options: ViewRunnerOptions): Promise<ViewAnswer> {
  const { view, principal } = question;
  const { config, reader } = options;
  checkScope(view, principal);
  const now = options.now?.() ?? new Date();
  const parameters = resolveParameters(view, question.params ?? {});
  const zone = config.organisation.time_zone;
  const asked = resolveRange(question.range, now, config.views.default_range_days, zone);
  const range = rangeFor(view, asked, zone);
  const grouping =
    view.privacy.kind === 'groups' ? groupingOf(view.id, view.privacy, parameters, principal) : noGrouping;
  const person = view.privacy.kind === 'persons' && principal.scope === 'self' ? principal.personKey : null;

  // Who may see rows of single persons has nothing to gain from subtracting groups.
  const divided = view.privacy.kind === 'groups' && principal.scope !== 'platform' ? view.privacy : null;

  const context: ViewContext = {
    reader,
    config,
    range,
    now,
    maxDataPoints: question.maxDataPoints ?? 1000,
    attributes: grouping.attributes,
    dividing: divided?.mergesItself ? filtersAsked(view, parameters) : [],
    person,
  };
  const parts = divided && !divided.mergesItself ? await runParts(view, divided, context, parameters) : null;
  const answer: ViewRows = parts?.answer ?? (await view.run(context, parameters));
  checkColumns(view, answer.rows);
  const notices = [...(answer.notices ?? [])];
  // Groups hold for the period before as well.
  const months = parameters['compare'] === 'previous' ? { from: previousRange(range, zone).from, to: range.to } : range;
  const fixed = view.privacy.kind === 'groups' ? await loadFixedGroups(reader, months, grouping.attributes) : null;
  const safe = protect(view, principal, answer, { ...grouping, fixed, parts }, config, notices);
  if (view.privacy.kind === 'persons') logPersonRead(options.log, view, principal, safe.length);
  const names = view.columns.map(({ name }) => name);
  const rows = cut(safe, config.views.max_rows, notices).map((row) => cellsOf(names, row));
  return {
    columns: withCurrencyUnit(view.columns, safe),
    rows,
    meta: {
      howComputed: fill(view, answer.facts ?? {}),
      coverage: answer.coverage,
      rowCount: rows.length,
      ...range,
      notices,
    },
  };
}

function checkScope(view: AnyView, principal: Principal): void {
  const personal = view.privacy.kind === 'persons' && principal.scope !== 'self' && principal.scope !== 'platform';
  if (!personal && scopeAllows(principal.scope, view.leastScope)) return;
  const needed = personal ? 'self (own rows) or platform' : view.leastScope;
  throw new SceError('FORBIDDEN', `${view.id} needs the scope ${needed}; this caller has ${principal.scope}`, {
    details: { view: view.id, scope: principal.scope, leastScope: view.leastScope },
  });
}

function rangeFor(view: AnyView, range: TimeRange, zone: string): TimeRange {
  const { privacy } = view;
  if (privacy.kind === 'none') return range;
  if (privacy.kind === 'groups') return widenRange(range, privacy.widenTo ?? 'day', zone);
  return privacy.widenTo ? widenRange(range, privacy.widenTo, zone) : range;
}

interface Grouping {
  readonly attributes: readonly string[];
  /** Attribute → the only value to show. */
  readonly filters: ReadonlyMap<string, string>;
}

const noGrouping: Grouping = { attributes: [], filters: new Map() };

function groupingOf(
  id: string,
  rule: GroupPrivacy,
  parameters: Readonly<Record<string, unknown>>,
  principal: Principal,
): Grouping {
  const groupBy = (parameters['group_by'] ?? []) as readonly string[];
  const filters = new Map<string, string>();
  for (const attribute of rule.attributes) {
    const value = parameters[attribute];
    if (typeof value === 'boolean' || (typeof value === 'string' && value !== ''))
      filters.set(attribute, String(value));
  }
  if (principal.scope === 'department' && rule.attributes.includes('department')) {
    const asked = filters.get('department');
    if (principal.department === null || (asked !== undefined && asked !== principal.department))
      throw new SceError('FORBIDDEN', `this caller may see the department "${principal.department ?? ''}" only`, {
        details: { view: id },
      });
    filters.set('department', principal.department);
  }
  const attributes = rule.attributes.filter((attribute) => groupBy.includes(attribute) || filters.has(attribute));
  if (attributes.length > 2)
    throw new SceError(
      'INVALID_PARAMETER',
      `${id} answers at most two attributes of persons at a time; this asks for ${attributes.join(', ')}`,
      {
        details: { view: id, attributes },
      },
    );
  return { attributes, filters };
}

function protect(
  view: AnyView,
  principal: Principal,
  { rows, merged: mergedBefore }: ViewRows,
  grouping: Grouping & { readonly fixed: FixedGroups | null; readonly parts: Parts | null },
  config: Config,
  notices: string[],
): readonly ViewRow[] {
  const { privacy } = view;
  if (privacy.kind === 'none') return rows;
  if (privacy.kind === 'persons') {
    if (principal.scope === 'platform') return rows;
    return rows.filter((row) => principal.personKey !== null && row[privacy.person] === principal.personKey);
  }
  const { min_people: minPeople, max_share: maxShare } = config.views.small_groups;
  const safe = protectGroups(rows, grouping.parts?.rule ?? privacy, { minPeople, maxShare }, grouping.fixed);
  for (const [column, labels] of [...(mergedBefore ?? []), ...safe.merged]) {
    const shown = [...new Set(labels.values())];
    if (shown.length > 0)
      notices.push(
        `Groups of fewer than ${minPeople} people, or with one person above ${maxShare * 100} %, are shown together (${column}): ${shown.join('; ')}`,
      );
  }
  if (safe.hidden > 0)
    notices.push(
      `${safe.hidden} ${safe.hidden === 1 ? 'row is' : 'rows are'} not shown: fewer than ${minPeople} people, or one person above ${maxShare * 100} %`,
    );
  const shown = view.columns.map(({ name }) => name);
  for (const columns of safe.emptied) {
    const names = columns.filter((column) => shown.includes(column));
    const why = names.length > 1 ? ' of the first, which the others would give away' : '';
    notices.push(`Not shown, because one person holds more than ${maxShare * 100} %${why}: ${names.join(', ')}`);
  }
  const part = grouping.parts?.part;
  const filters = [...grouping.filters, ...(part ? [[part.column, part.value] as const] : [])];
  return safe.rows.filter((row) =>
    filters.every(
      ([column, value]) =>
        String(row[column]) === safe.labelIn(row, column, mergedBefore?.get(column)?.get(value) ?? value),
    ),
  );
}

function logPersonRead(log: Logger, view: AnyView, principal: Principal, rowCount: number): void {
  log.info(
    { audit: true, view: view.id, caller: principal.name, scope: principal.scope, rowCount },
    'person-level rows were read',
  );
}

function cut(rows: readonly ViewRow[], most: number, notices: string[]): readonly ViewRow[] {
  if (rows.length <= most) return rows;
  notices.push(`Only the first ${most} of ${rows.length} rows are shown; narrow the range or filter`);
  return rows.slice(0, most);
}

/** A misspelt column would be an empty one, a misspelt hidden column a row without protection. */
function checkColumns(view: AnyView, rows: readonly ViewRow[]): void {
  const { privacy } = view;
  const hidden =
    privacy.kind === 'groups'
      ? [
          privacy.people,
          ...(privacy.alsoPeople ?? []),
          ...privacy.attributes,
          ...(privacy.slices ?? []),
          ...(privacy.splits ?? []).flatMap(({ column, order }) => (order === undefined ? [column] : [column, order])),
          ...[...(privacy.dominance ?? []), ...(privacy.derived ?? [])].flatMap(({ sum, largest }) => [sum, largest]),
        ]
      : privacy.kind === 'persons'
        ? [privacy.person]
        : [];
  const columns = [...view.columns.map(({ name }) => name), ...hidden];
  for (const row of rows)
    for (const column of columns)
      if (row[column] === undefined)
        throw new SceError('INTERNAL', `${view.id} gave a row without its column "${column}"`);
}

function cellsOf(names: readonly string[], row: ViewRow): CellValue[] {
  const cells: CellValue[] = [];
  for (const name of names) {
    const value = row[name] ?? null;
    // JSON and Arrow have no NaN or infinity; neither has the warehouse.
    cells.push(typeof value === 'number' && !Number.isFinite(value) ? null : value);
  }
  return cells;
}

function fill(view: AnyView, facts: Readonly<Record<string, string | number>>): string {
  return view.howComputed.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    if (!Object.hasOwn(facts, name))
      throw new SceError('INTERNAL', `${view.id} does not say the fact "${name}" its howComputed needs`);
    return String(facts[name]);
  });
}
