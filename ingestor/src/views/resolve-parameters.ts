import type { TObject, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { SceError } from '../errors.ts';

/** What Grafana sends for "all values" of a variable. */
const allValues = new Set(['', '$__all', 'All']);

/**
 * Parameters as the view declares them: defaults filled in, text turned into the declared types, `a,b` into arrays.
 * Throws `INVALID_PARAMETER` naming the parameter and what is allowed.
 */
export function resolveParameters(
  view: { readonly id: string; readonly parameters: TObject },
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const schemas = view.parameters.properties as Record<string, TSchema & Described>;
  const known = Object.keys(schemas);
  const out: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(schemas, name))
      throw new SceError(
        'INVALID_PARAMETER',
        `${view.id} has no parameter "${name}"; it has ${known.join(', ') || 'none'}`,
        {
          details: { view: view.id, parameter: name, known },
        },
      );
    if (value === null || value === undefined || (typeof value === 'string' && allValues.has(value))) continue;
    out[name] = value;
  }
  for (const name of known) out[name] = resolveOne(view.id, name, schemas[name] ?? {}, out[name]);
  return out;
}

interface Described {
  type?: string;
  default?: unknown;
  description?: string;
  anyOf?: readonly { const?: unknown }[];
  items?: { anyOf?: readonly { const?: unknown }[]; const?: unknown };
  minimum?: number;
  maximum?: number;
}

function resolveOne(view: string, name: string, schema: TSchema & Described, given: unknown): unknown {
  let value = given === undefined ? structuredClone(schema.default) : given;
  if (schema.type === 'array' && !Array.isArray(value))
    value = String(value)
      .split(',')
      .map((part) => part.trim());
  if (Array.isArray(value)) {
    if (schema.type !== 'array' && value.length === 1) value = value[0] as unknown;
    else if (schema.type === 'array') value = value.filter((part) => typeof part !== 'string' || !allValues.has(part));
  }
  const converted: unknown = Value.Convert(schema, value);
  if (value !== undefined && Value.Check(schema, converted)) return converted;
  const shown = value === undefined ? 'not given' : JSON.stringify(value).slice(0, 120);
  throw new SceError('INVALID_PARAMETER', `parameter "${name}" of ${view} is ${shown}; ${allowed(schema)} is needed`, {
    details: { view, parameter: name },
  });
}

function allowed(schema: Described): string {
  const choices = (schema.anyOf ?? schema.items?.anyOf ?? (schema.items?.const === undefined ? [] : [schema.items]))
    .map((choice) => choice.const)
    .filter((choice) => choice !== undefined);
  if (choices.length > 0)
    return `${schema.type === 'array' ? 'a list of ' : 'one of '}${choices.map(String).join(', ')}`;
  const bounds = [
    schema.minimum === undefined ? '' : ` from ${schema.minimum}`,
    schema.maximum === undefined ? '' : ` up to ${schema.maximum}`,
  ].join('');
  const article = /^[aeiou]/.test(schema.type ?? '') ? 'an' : 'a';
  return schema.type ? `${article} ${schema.type}${bounds}` : 'another value';
}
