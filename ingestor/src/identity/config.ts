import { Type, type Static } from 'typebox';

const PersonalLabelSchema = Type.Object(
  {
    label: Type.String({ minLength: 1, description: 'Label name; `*` stands for any characters' }),
    metric: Type.String({ default: '*', description: 'Only for metrics of this name; `*` as above' }),
    as: Type.Union([Type.Literal('person'), Type.Literal('text'), Type.Literal('keep')], {
      description:
        '`person`: the value is an account name and becomes the person key; `text`: it becomes an opaque code; `keep`: stored as sent',
    }),
    prefix: Type.String({ default: 'text', pattern: '^[a-z]+$', description: 'First part of the code of a `text`' }),
  },
  { additionalProperties: false },
);

/** `privacy:` of the configuration file. */
export const PrivacyConfigSchema = Type.Object(
  {
    pseudonyms: Type.Boolean({
      default: true,
      description:
        'Replace whatever may name a person by keyed codes before it is stored. Switching it later changes no stored row',
    }),
    personal_labels: Type.Array(PersonalLabelSchema, {
      default: [],
      description: 'Rules on metric labels, first match wins; the built-in rules follow them',
    }),
    accept_new_pseudonym_key: Type.Boolean({
      default: false,
      description:
        'Start with another key than the stored pseudonyms were made with: for a key that is lost for good. People then get new codes',
    }),
    user_slugs_file: Type.String({
      default: '',
      description:
        'YAML or JSON object from slugged user label (JupyterHub) to user name, for clusters that do not export the annotation',
    }),
    person_months: Type.Integer({
      default: 13,
      minimum: 1,
      description:
        'Calendar months, besides the current one, that facts about single persons are kept; then only by department',
    }),
    leaver_days: Type.Integer({
      default: 90,
      minimum: 1,
      description: 'Days that facts about a leaver are kept after the last day of work',
    }),
  },
  { default: {}, additionalProperties: false },
);
export type PrivacyConfig = Static<typeof PrivacyConfigSchema>;
