import { Type } from 'typebox';

/** `views:` of the configuration file. */
export const ViewsConfigSchema = Type.Object(
  {
    default_range_days: Type.Integer({ default: 30, minimum: 1 }),
    max_rows: Type.Integer({
      default: 100_000,
      minimum: 1,
      description: 'Rows of one answer; beyond it the answer is cut and says so',
    }),
    small_groups: Type.Object(
      {
        min_people: Type.Integer({
          default: 5,
          minimum: 1,
          description: 'People a cell, and its complement in a total, must be made of',
        }),
        max_share: Type.Number({
          default: 0.8,
          exclusiveMinimum: 0,
          maximum: 1,
          description: 'A sum of which one person holds more is hidden',
        }),
      },
      { default: {}, additionalProperties: false },
    ),
  },
  { default: {}, additionalProperties: false },
);
