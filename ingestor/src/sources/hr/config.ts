import { Type, type Static } from 'typebox';

const feedBase = {
  name: Type.String({ minLength: 1, description: 'Unique; shown in data quality' }),
  schedule: Type.Union([Type.String(), Type.Number()], {
    default: '15 4 * * *',
    description: 'Cron (time zone of the organisation) or seconds',
  }),
  max_loss_share: Type.Number({
    default: 0.2,
    minimum: 0,
    maximum: 1,
    description: 'A feed that has lost more than this share of its people is refused',
  }),
  max_invalid_share: Type.Number({
    default: 0.01,
    minimum: 0,
    maximum: 1,
    description: 'Rows without id or user name are left out up to this share; above it the feed is refused',
  }),
};

const CsvFeedSchema = Type.Object(
  {
    ...feedBase,
    kind: Type.Literal('csv'),
    path: Type.String({
      minLength: 1,
      description: 'A file, or a directory of files with YYYY-MM-DD (or YYYYMMDD) in their names, each read once',
    }),
    encoding: Type.String({ default: 'utf-8', description: 'Any WHATWG encoding label, such as windows-1252' }),
    columns: Type.Record(Type.String(), Type.String(), {
      default: {},
      description: 'Our column name → the name in the file',
    }),
    watch: Type.Boolean({ default: true, description: 'Read as soon as the file changes, besides the schedule' }),
  },
  { additionalProperties: false },
);

const ScimFeedSchema = Type.Object(
  {
    ...feedBase,
    kind: Type.Literal('scim'),
    base_url: Type.String({ minLength: 1, description: 'Such as https://idp.example.com/scim/v2' }),
    token_env: Type.String({ default: '', description: 'Environment variable with the bearer token' }),
    token_file: Type.String({ default: '', description: 'File with the bearer token, read at every poll' }),
    page_size: Type.Integer({ default: 100, minimum: 1 }),
    filter: Type.String({ default: '' }),
    ca_file: Type.String({ default: '' }),
  },
  { additionalProperties: false },
);

const LdapFeedSchema = Type.Object(
  {
    ...feedBase,
    kind: Type.Literal('ldap'),
    url: Type.String({ pattern: '^ldaps?://', description: 'ldaps://host or ldap://host' }),
    start_tls: Type.Boolean({ default: false }),
    ca_file: Type.String({ default: '' }),
    bind_dn: Type.String({ default: '' }),
    bind_password_env: Type.String({ default: '' }),
    bind_password_file: Type.String({ default: '' }),
    base_dn: Type.String({ minLength: 1 }),
    preset: Type.Union([Type.Literal('inetorgperson'), Type.Literal('active_directory')], { default: 'inetorgperson' }),
    filter: Type.String({ default: '', description: 'Default by preset' }),
    page_size: Type.Integer({ default: 500, minimum: 1 }),
    attributes: Type.Record(Type.String(), Type.String(), {
      default: {},
      description: 'Our column name → attribute; first of several with `|`',
    }),
    groups: Type.Record(Type.String(), Type.String(), {
      default: {},
      description: 'Access group name → DN of the group whose members have access',
    }),
  },
  { additionalProperties: false },
);

const CalendarSchema = Type.Object(
  {
    country: Type.String({ default: '', description: 'ISO code for public holidays, such as DE; empty: none' }),
    state: Type.String({ default: '', description: 'Part of the country, such as HE' }),
    weekend: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), {
      default: [6, 7],
      description: 'ISO weekdays, Monday is 1',
    }),
    holidays: Type.Record(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }), Type.String(), {
      default: {},
      description: 'Extra holidays: day → name',
    }),
    working_days: Type.Array(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }), {
      default: [],
      description: 'Days that are worked though a holiday or weekend',
    }),
  },
  { default: {}, additionalProperties: false },
);

/** `hr:` of the configuration file. */
export const HrConfigSchema = Type.Object(
  {
    feeds: Type.Array(Type.Union([CsvFeedSchema, ScimFeedSchema, LdapFeedSchema]), { default: [] }),
    roles: Type.Array(
      Type.Object(
        {
          title: Type.String({ description: 'Pattern on the title, `*` for any characters, any case' }),
          role: Type.String(),
        },
        { additionalProperties: false },
      ),
      { default: [], description: 'First match gives the role where the feed has none; no match: empty' },
    ),
    contractor_types: Type.Array(Type.String(), { default: ['contractor', 'external', 'contingent worker'] }),
    contractors_are_reports: Type.Boolean({
      default: false,
      description: 'Whether having only contractors makes a manager',
    }),
    missing_feeds_until_left: Type.Integer({ default: 7, minimum: 1 }),
    month_closes_on_day: Type.Integer({
      default: 10,
      minimum: 1,
      maximum: 28,
      description: 'Day of the next month from which a month is no longer corrected',
    }),
    access_groups: Type.Array(Type.String(), {
      default: [],
      description: 'Groups whose members have access to the platform; others are not stored',
    }),
    default_calendar: CalendarSchema,
    calendars: Type.Record(Type.String(), CalendarSchema, {
      default: {},
      description: 'By location as the feed spells it',
    }),
    calendar_years_back: Type.Integer({ default: 2, minimum: 0, maximum: 20 }),
    calendar_years_ahead: Type.Integer({ default: 2, minimum: 0, maximum: 20 }),
  },
  { default: {}, additionalProperties: false },
);
export type HrConfig = Static<typeof HrConfigSchema>;
export type CsvFeed = Static<typeof CsvFeedSchema>;
export type ScimFeed = Static<typeof ScimFeedSchema>;
export type LdapFeed = Static<typeof LdapFeedSchema>;
export type Feed = HrConfig['feeds'][number];
export type Calendar = Static<typeof CalendarSchema>;
