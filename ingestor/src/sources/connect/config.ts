import { Type, type Static } from 'typebox';

const ServerSchema = Type.Object(
  {
    name: Type.String({
      pattern: '^[a-z][a-z0-9-]{0,39}$',
      description: 'Own name of the server; kept with every row',
    }),
    url: Type.String({ description: 'Address without /__api__: https://connect.example.com/' }),
    api_key_env: Type.String({ default: '', description: 'Environment variable with the API key of an administrator' }),
    api_key_file: Type.String({
      default: '',
      description: 'Or a file with it; it is read again when the server refuses the key',
    }),
    ca_file: Type.String({ default: '', description: 'PEM of a private certification authority' }),
    schedule: Type.Union([Type.Integer({ minimum: 10 }), Type.String()], {
      default: 3600,
      description: 'Seconds between polls, or a cron expression',
    }),
    parallel: Type.Integer({ default: 4, minimum: 1, maximum: 16, description: 'Requests at the same time' }),
    timeout_seconds: Type.Number({ default: 120, minimum: 1, description: 'For one answer; the content list is one' }),
    history_days: Type.Integer({
      default: 400,
      minimum: 1,
      description: 'How far back hits are read the first time; visits and sessions are read from their beginning',
    }),
  },
  { additionalProperties: false },
);
export type ConnectServer = Static<typeof ServerSchema>;

/** `connect:` of the configuration file. */
export const ConnectConfigSchema = Type.Object(
  {
    servers: Type.Array(ServerSchema, { default: [] }),
    details_hours: Type.Number({
      default: 24,
      minimum: 0,
      description: 'Jobs and bundles of an item are read when it changed, else this often',
    }),
    active_hours: Type.Number({
      default: 6,
      minimum: 0,
      description: 'The same for items that were used, run on a schedule or had a running job when they were last read',
    }),
    daily_hours: Type.Number({
      default: 20,
      minimum: 0,
      description: 'How often group members, environments and storage are read',
    }),
    monitor_agents: Type.Array(Type.String(), {
      default: ['synthetic', 'monitor', 'uptime', 'pingdom', 'kube-probe', 'healthcheck', 'bot\\b'],
      description: 'Regular expressions, case-insensitive: user agents of robots, who are no viewers',
    }),
    monitor_users: Type.Array(Type.String(), { default: [], description: 'Accounts of robots' }),
    cleanup: Type.Object(
      {
        never_deployed_days: Type.Integer({ default: 30, minimum: 1 }),
        retry_gap_days: Type.Integer({
          default: 14,
          minimum: 1,
          description: 'Tries further apart are not one series',
        }),
        unseen_days: Type.Integer({ default: 365, minimum: 1 }),
        retention_days: Type.Integer({ default: 1096, minimum: 1, description: 'After the last deployment: warned' }),
        retention_notice_days: Type.Integer({
          default: 90,
          minimum: 0,
          description: 'After the warning: proposed for deletion',
        }),
        forgotten_schedule_days: Type.Integer({ default: 90, minimum: 1 }),
        exempt_tags: Type.Array(Type.String(), {
          default: ['keep', 'exempt'],
          description: 'Tags that exempt an item',
        }),
        exempt: Type.Array(
          Type.Object(
            { content: Type.String({ description: 'guid' }), reason: Type.String() },
            { additionalProperties: false },
          ),
          { default: [], description: 'Items that are never proposed, each with its reason' },
        ),
      },
      { default: {}, additionalProperties: false, description: 'Thresholds of the clean-up findings' },
    ),
    default_cpu_request_cores: Type.Number({
      default: 1,
      minimum: 0,
      description: 'What an item without a CPU request of its own costs',
    }),
    default_memory_request_gb: Type.Number({ default: 0, minimum: 0, description: 'The same for memory (2^30 bytes)' }),
  },
  { default: {}, additionalProperties: false },
);
