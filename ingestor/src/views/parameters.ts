import { Type } from 'typebox';

/** `group_by` of a `groups` view: at most two of `attributes`. */
export function groupByParameter<T extends string>(attributes: readonly T[], fallback: readonly T[] = []) {
  return Type.Array(Type.Union(attributes.map((attribute) => Type.Literal(attribute))), {
    default: [...fallback],
    maxItems: 2,
    uniqueItems: true,
    description: `Attributes of persons to group by, at most two of: ${attributes.join(', ')}`,
  });
}

/** A filter by an attribute of persons. Applied by the runner after protection; empty: all. */
export function attributeParameter(attribute: string) {
  return Type.String({ default: '', description: `Only this ${attribute.replaceAll('_', ' ')}; empty: all` });
}
