import type { Logger } from 'pino';
import type { Config } from '../../config.ts';
import type { ParameterValue } from '../../contract/index.ts';
import { SceError } from '../../errors.ts';
import { readSql } from '../../warehouse/sql.ts';
import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import { directoryAttributes } from '../people/directory.ts';
import { loadFixedGroups } from '../people/fixed-groups.ts';
import type { Principal } from '../principal.ts';
import { protectGroups } from '../privacy.ts';
import { resolveRange, widenRange } from '../range.ts';
import { unattributed } from '../shared/columns.ts';
import type { AnyView, TimeRange } from '../view.ts';
import { valueSources } from './sources.ts';

const usersSql = readSql(import.meta.url, 'users.sql');
/** What a picker can be scrolled through. */
const mostValues = 5_000;

export interface ValuesQuestion {
  readonly parameter: string;
  /** Null: the parameter as any view has it. */
  readonly view: AnyView | null;
  readonly principal: Principal;
  readonly range?: { readonly from: string | number; readonly to: string | number } | undefined;
}

export interface ValuesOptions {
  readonly reader: WarehouseReader;
  readonly config: Config;
  readonly log: Logger;
  readonly views: readonly AnyView[];
  readonly now?: () => Date;
}

interface Values {
  readonly values: readonly ParameterValue[];
  readonly notices: readonly string[];
}

interface ParameterSchema {
  readonly type?: string;
  readonly anyOf?: readonly { readonly const?: unknown }[];
  readonly items?: ParameterSchema & { readonly const?: unknown };
  readonly const?: unknown;
}

/**
 * What a parameter may be, as far as the caller may know: fixed choices, what is in the warehouse in the range, groups of
 * people merged as in the answers, and people within the scope (`user`). Throws `INVALID_PARAMETER` for one that no view has.
 */
export async function parameterValues(question: ValuesQuestion, options: ValuesOptions): Promise<Values> {
  const { parameter, principal } = question;
  const { config, reader } = options;
  const range = resolveRange(
    question.range,
    options.now?.() ?? new Date(),
    config.views.default_range_days,
    config.organisation.time_zone,
  );
  if (parameter === 'user') return users(principal, range, options);
  const choices = choicesOf(schemaOf(question, options.views));
  if (choices) return plain(choices);
  if (isAttribute(parameter)) return groups(parameter, principal, range, options);
  const source = valueSources[parameter];
  if (!source) return { values: [], notices: [] };
  const found = (await source({ reader, config, range })).filter((value) => typeof value === 'string' && value !== '');
  return plain([...new Set(found as string[])].sort(byText));
}

function schemaOf({ parameter, view }: ValuesQuestion, views: readonly AnyView[]): ParameterSchema {
  const having = (view ? [view] : views).flatMap((one) => {
    const properties = propertiesOf(one);
    return Object.hasOwn(properties, parameter) ? [properties[parameter] ?? {}] : [];
  });
  // Of several the free one: `kind` is a choice in one view and anything in the others.
  const schema = having.find((one) => choicesOf(one) === null) ?? having[0];
  if (schema) return schema;
  const known = view ? Object.keys(propertiesOf(view)) : [];
  throw new SceError(
    'INVALID_PARAMETER',
    view
      ? `${view.id} has no parameter "${parameter}"; it has ${known.join(', ') || 'none'}`
      : `no view has a parameter "${parameter}"`,
    { details: { parameter, ...(view ? { view: view.id, known } : {}) } },
  );
}

function propertiesOf(view: AnyView): Readonly<Record<string, ParameterSchema>> {
  return (view.parameters as { properties: Record<string, ParameterSchema> }).properties;
}

function choicesOf(schema: ParameterSchema): string[] | null {
  if (schema.type === 'boolean') return ['true', 'false'];
  const among = schema.type === 'array' ? (schema.items?.anyOf ?? (schema.items ? [schema.items] : [])) : schema.anyOf;
  const values = (among ?? []).map((one) => one.const).filter((value) => value !== undefined);
  return values.length > 0 ? values.map(String).filter((value) => value !== '') : null;
}

function isAttribute(parameter: string): boolean {
  return (directoryAttributes as readonly string[]).includes(parameter);
}

/** The groups a view that is grouped by this attribute alone can show at most. */
async function groups(
  attribute: string,
  principal: Principal,
  range: TimeRange,
  { reader, config }: ValuesOptions,
): Promise<Values> {
  if (attribute === 'department' && principal.scope === 'department')
    return plain(principal.department === null ? [] : [principal.department]);
  const { min_people: minPeople, max_share: maxShare } = config.views.small_groups;
  const fixed = await loadFixedGroups(reader, widenRange(range, 'day', config.organisation.time_zone), [attribute]);
  if (!fixed)
    return { values: [], notices: ['No directory of people has been imported: there are no groups to choose'] };
  const people = new Map<string, number>();
  for (const row of fixed.months.flat()) {
    const value = String(row[attribute]);
    people.set(value, Math.max(people.get(value) ?? 0, Number(row['people'])));
  }
  const rows = [...people].map(([value, count]) => ({ [attribute]: value, people: count }));
  const rule = { kind: 'groups', attributes: [attribute], people: 'people', merge: {} } as const;
  const safe = protectGroups(rows, rule, { minPeople, maxShare }, fixed);
  const shown = new Set(safe.rows.map((row) => String(row[attribute])));
  const labels = safe.merged.get(attribute) ?? new Map<string, string>();
  const values = new Map<string, ParameterValue>();
  for (const value of [...people.keys()].sort(byText)) {
    const text = labels.get(value) ?? value;
    // Any value of a merged group stands for the whole of it, in every view, however much further that view merges.
    if (shown.has(text) && !values.has(text)) values.set(text, { value, text });
  }
  const merged = [...labels.values()].length > 0;
  return {
    values: [...values.values(), { value: unattributed, text: unattributed }],
    notices: merged ? [`Groups of fewer than ${minPeople} people are shown together`] : [],
  };
}

async function users(principal: Principal, range: TimeRange, { reader, log }: ValuesOptions): Promise<Values> {
  if (principal.scope === 'self') return plain(principal.personKey === null ? [] : [principal.personKey]);
  if (principal.scope !== 'platform')
    return { values: [], notices: [`People are not listed for the scope ${principal.scope}`] };
  const rows = await reader.rows<{ user_key: string | null }>(usersSql, [range.from, range.to]);
  const keys = rows.flatMap(({ user_key: key }) => key ?? []).sort(byText);
  log.info(
    { audit: true, caller: principal.name, scope: principal.scope, rowCount: keys.length },
    'people were listed',
  );
  return plain(keys);
}

function plain(values: readonly string[]): Values {
  return {
    values: values.slice(0, mostValues).map((value) => ({ value, text: value })),
    notices: values.length > mostValues ? [`Only the first ${mostValues} of ${values.length} values are listed`] : [],
  };
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
