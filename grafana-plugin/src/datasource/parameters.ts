import type { CatalogEntry } from '../../../ingestor/src/contract/index.ts';
import type { ParameterInput } from './types.ts';

/** How a parameter is asked for. Made from the JSON schema of the catalogue. */
export type ParameterKind =
  | { readonly kind: 'choice'; readonly options: readonly string[] }
  | { readonly kind: 'choices'; readonly options: readonly string[]; readonly most: number | null }
  | { readonly kind: 'texts' }
  | {
      readonly kind: 'number';
      readonly isInteger: boolean;
      readonly minimum: number | null;
      readonly maximum: number | null;
    }
  | { readonly kind: 'switch' }
  | { readonly kind: 'date' }
  | { readonly kind: 'text' };

export type ParameterField = ParameterKind & {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly fallback: ParameterInput | null;
};

interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly const?: string | number | boolean;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly (string | number | boolean)[];
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly default?: ParameterInput;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** The fields of a view, in the order of its schema. */
export function parameterFields(view: Pick<CatalogEntry, 'parameters'>): ParameterField[] {
  const { properties = {} } = (view.parameters ?? {}) as Schema;
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    label: labelOf(name),
    description: schema.description ?? '',
    fallback: schema.default ?? null,
    ...kindOf(schema),
  }));
}

function kindOf(schema: Schema): ParameterKind {
  const options = choicesOf(schema);
  if (options !== null) return { kind: 'choice', options };
  switch (schema.type) {
    case 'array': {
      const each = choicesOf(schema.items ?? {});
      return each === null ? { kind: 'texts' } : { kind: 'choices', options: each, most: schema.maxItems ?? null };
    }
    case 'number':
    case 'integer':
      return {
        kind: 'number',
        isInteger: schema.type === 'integer',
        minimum: schema.minimum ?? null,
        maximum: schema.maximum ?? null,
      };
    case 'boolean':
      return { kind: 'switch' };
    default:
      return schema.format === 'date' ? { kind: 'date' } : { kind: 'text' };
  }
}

/** Values of `anyOf: [{ const }]`, `enum` or a single `const`; null for an open type. */
function choicesOf(schema: Schema): string[] | null {
  if (schema.const !== undefined) return [String(schema.const)];
  if (schema.enum) return schema.enum.map(String);
  if (schema.anyOf?.every((each) => each.const !== undefined)) return schema.anyOf.map((each) => String(each.const));
  return null;
}

/** `group_by` → `Group by`. */
export function labelOf(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function isVariable(value: unknown): boolean {
  return typeof value === 'string' && /\$\w|\$\{|\[\[/.test(value);
}

/** What is wrong with a typed number, in words; null when nothing is, or when a variable will say. */
export function numberProblem(field: ParameterField & { kind: 'number' }, text: string): string | null {
  if (text.trim() === '' || isVariable(text)) return null;
  const number = Number(text);
  if (!Number.isFinite(number)) return `${field.label} is a number or a variable`;
  if (field.isInteger && !Number.isInteger(number)) return `${field.label} is a whole number`;
  if (field.minimum !== null && number < field.minimum) return `at least ${field.minimum}`;
  if (field.maximum !== null && number > field.maximum) return `at most ${field.maximum}`;
  return null;
}

/** `params` with one more or one changed; null and empty text leave it out, so that the view's default holds.
 * An empty list is a value: no grouping where the default groups. */
export function withParameter(
  params: Readonly<Record<string, ParameterInput>> | undefined,
  name: string,
  value: ParameterInput | null,
): Record<string, ParameterInput> {
  const others = Object.fromEntries(Object.entries(params ?? {}).filter(([each]) => each !== name));
  return value === null || value === '' ? others : { ...others, [name]: value };
}

/** Keeps what the new view knows as well: the department one looked at stays when the question changes. */
export function carriedOver(
  params: Readonly<Record<string, ParameterInput>> | undefined,
  fields: readonly ParameterField[],
): Record<string, ParameterInput> {
  const known = new Map(fields.map((field) => [field.name, field]));
  return Object.fromEntries(
    Object.entries(params ?? {}).filter(([name, value]) => {
      const field = known.get(name);
      if (field === undefined) return false;
      const values = Array.isArray(value) ? value : [value];
      if (field.kind === 'choice' || field.kind === 'choices')
        return values.every((each) => isVariable(each) || field.options.includes(String(each)));
      return Array.isArray(value) === (field.kind === 'texts');
    }),
  );
}
