import { Type, type Static } from 'typebox';

/** From least to most: groups only; oneself; groups of one's department; everything (logged). */
export const ScopeSchema = Type.Union(
  [Type.Literal('aggregate'), Type.Literal('self'), Type.Literal('department'), Type.Literal('platform')],
  {
    description: 'What a caller may see. The scope comes from a token or a verified identity, never from a parameter.',
  },
);
export type Scope = Static<typeof ScopeSchema>;
