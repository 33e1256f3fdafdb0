import { Type, type Static } from 'typebox';
import { ScopeSchema } from './scope.ts';

/** `unit` is a Grafana unit id (`core·h` and the like as `count:core·h`), null for plain text. */
export const ViewColumnSchema = Type.Object({
  name: Type.String({ description: 'snake_case, carries its unit: cpu_core_hours' }),
  displayName: Type.String(),
  type: Type.Union([Type.Literal('time'), Type.Literal('number'), Type.Literal('string'), Type.Literal('boolean')]),
  unit: Type.Union([Type.String(), Type.Null()]),
  description: Type.String({ description: 'What the column means and how it is computed' }),
});
export type ViewColumn = Static<typeof ViewColumnSchema>;

export const CatalogEntrySchema = Type.Object({
  id: Type.String(),
  title: Type.String(),
  topic: Type.String(),
  description: Type.String(),
  parameters: Type.Unknown({ description: 'JSON schema of the parameters, each with default and description' }),
  columns: Type.Array(ViewColumnSchema),
  leastScope: ScopeSchema,
  howComputed: Type.String(),
});
export type CatalogEntry = Static<typeof CatalogEntrySchema>;

export const CatalogSchema = Type.Object({
  version: Type.String({ description: 'Of the service' }),
  scope: ScopeSchema,
  views: Type.Array(CatalogEntrySchema),
});
export type Catalog = Static<typeof CatalogSchema>;
