import { Type, type Static } from 'typebox';

/** `changes:` of the configuration file: dated changes of a default request, whose saving is measured. */
export const ChangesConfigSchema = Type.Array(
  Type.Object(
    {
      name: Type.String({ minLength: 1, description: 'Shown beside the figures' }),
      date: Type.String({
        pattern: '^\\d{4}-\\d{2}-\\d{2}$',
        description: 'First day of the new request, of the organisation',
      }),
      roles: Type.Array(Type.String({ minLength: 1 }), {
        minItems: 1,
        description: 'Roles whose default request changed',
      }),
      control_role: Type.String({
        minLength: 1,
        description: 'A role whose request did not change: its change of cost is taken off',
      }),
      cores: Type.Optional(
        Type.Number({ exclusiveMinimum: 0, description: 'The new request; not given: cores did not change' }),
      ),
      memory_gb: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'The new request in GB (2^30 bytes)' })),
      side_days: Type.Integer({
        default: 28,
        minimum: 7,
        maximum: 90,
        description: 'Days compared on each side of the change',
      }),
    },
    { additionalProperties: false },
  ),
  { default: [], description: 'Dated changes of a default request' },
);
export type Change = Static<typeof ChangesConfigSchema>[number];
