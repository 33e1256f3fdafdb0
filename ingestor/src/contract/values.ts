import { Type, type Static } from 'typebox';

/** `GET /api/v1/values/<parameter>?view=<id>&from=…&to=…`: what a parameter may be, for pickers and template variables. */
export const ValuesRequestSchema = Type.Object({
  view: Type.Optional(
    Type.String({ minLength: 1, maxLength: 64, description: 'Default: any view with the parameter' }),
  ),
  from: Type.Optional(Type.String({ description: 'As in queries; default: the last 30 days' })),
  to: Type.Optional(Type.String()),
});
export type ValuesRequest = Static<typeof ValuesRequestSchema>;

export const ParameterValueSchema = Type.Object({
  value: Type.String({ description: 'What to send as the parameter' }),
  text: Type.String({ description: 'What to show: groups that are too small are shown together, as in the answers' }),
});
export type ParameterValue = Static<typeof ParameterValueSchema>;

/** Empty `values`: anything may be typed. */
export const ValuesResponseSchema = Type.Object({
  parameter: Type.String(),
  values: Type.Array(ParameterValueSchema),
  notices: Type.Array(Type.String()),
});
export type ValuesResponse = Static<typeof ValuesResponseSchema>;
