import { Type, type Static } from 'typebox';

const ReportSchema = Type.Object(
  {
    name: Type.String({
      pattern: '^[a-z][a-z0-9-]{0,39}$',
      description: 'Own name of the file system; kept with every row',
    }),
    path: Type.String({
      minLength: 1,
      description:
        'A file, or a directory of files with YYYY-MM-DD in their names: repquota -O csv, or CSV of du (path,bytes,files,newest_mtime,scanned_at)',
    }),
    is_shared: Type.Boolean({
      default: false,
      description: 'Paths of du are of projects, not of people (a quota report says that itself)',
    }),
    schedule: Type.Union([Type.Integer({ minimum: 10 }), Type.String()], {
      default: 3600,
      description: 'Seconds between looks at the file, or a cron expression',
    }),
    watch: Type.Boolean({ default: true, description: 'Read as soon as the file changes, besides the schedule' }),
  },
  { additionalProperties: false },
);
export type DriveReport = Static<typeof ReportSchema>;

/** `home_drives:` of the configuration file. */
export const HomeDrivesConfigSchema = Type.Object(
  {
    reports: Type.Array(ReportSchema, { default: [] }),
    ignore_users: Type.Array(Type.String(), {
      default: ['root', 'nobody', 'daemon'],
      description: 'Accounts of the system: not read from quota reports',
    }),
    max_loss_share: Type.Number({
      default: 0.2,
      minimum: 0,
      maximum: 1,
      description: 'A report that has lost more than this share of its drives is refused',
    }),
    max_invalid_share: Type.Number({
      default: 0.01,
      minimum: 0,
      maximum: 1,
      description: 'Rows that cannot be read are left out up to this share; above it the report is refused',
    }),
  },
  { default: {}, additionalProperties: false },
);
