import { Type, type Static } from 'typebox';

const ForgeSchema = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z][a-z0-9-]{0,39}$', description: 'Own name of the forge; kept with every row' }),
    kind: Type.Union([Type.Literal('gitlab'), Type.Literal('github')], {
      default: 'gitlab',
      description: 'gitlab, github',
    }),
    url: Type.String({
      description:
        'Address: https://gitlab.example.com/, https://github.com/, or of a GitHub Enterprise Server https://github.example.com/',
    }),
    organisations: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'GitHub: organisations whose repositories are read; empty: those of which the token is a member',
    }),
    token_env: Type.String({
      default: '',
      description:
        'Environment variable with a token that may read (GitLab: read_api; GitHub: contents and metadata, and members with the right to push)',
    }),
    token_file: Type.String({ default: '', description: 'Or a file with it' }),
    ca_file: Type.String({ default: '', description: 'PEM of a private certification authority' }),
    schedule: Type.Union([Type.Integer({ minimum: 10 }), Type.String()], {
      default: 6 * 3600,
      description: 'Seconds between polls, or a cron expression',
    }),
    parallel: Type.Integer({ default: 4, minimum: 1, maximum: 16, description: 'Requests at the same time' }),
    timeout_seconds: Type.Number({ default: 60, minimum: 1, description: 'For one answer' }),
    membership_only: Type.Boolean({
      default: false,
      description:
        'GitLab: only repositories of which the token is a member; for gitlab.com, where everything public is visible',
    }),
  },
  { additionalProperties: false },
);
export type Forge = Static<typeof ForgeSchema>;

/** `git:` of the configuration file. */
export const GitConfigSchema = Type.Object(
  {
    forges: Type.Array(ForgeSchema, { default: [] }),
    details_days: Type.Number({
      default: 7,
      minimum: 0,
      description: 'Files, members and commits of a repository are read when it was active, else this often',
    }),
    history_weeks: Type.Integer({
      default: 56,
      minimum: 1,
      description: 'How far back commits are read at first; who did what is kept 13 months',
    }),
    reread_weeks: Type.Integer({
      default: 4,
      minimum: 1,
      description: 'Commits are pushed late and rewritten: so many weeks are counted anew',
    }),
    tree_entries: Type.Integer({
      default: 20_000,
      minimum: 100,
      description: 'Files and folders of a repository that are looked through for lock files',
    }),
    lock_files: Type.Integer({ default: 50, minimum: 1, description: 'Lock files of a repository that are read' }),
    gone_days: Type.Number({
      default: 7,
      minimum: 0,
      description:
        'A repository that is not found any more is gone after so long: a token that lost rights looks the same',
    }),
    bot_pattern: Type.String({
      default: '(?:\\[bot\\]|^(?:project|group)_\\d+_bot|\\bbot\\b|renovate|dependabot|^root$)',
      description: 'Regular expression, case-insensitive: names and user names of robots',
    }),
  },
  { default: {}, additionalProperties: false },
);
