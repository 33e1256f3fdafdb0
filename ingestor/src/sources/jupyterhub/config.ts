import { Type, type Static } from 'typebox';

const HubSchema = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z][a-z0-9-]{0,39}$', description: 'Own name of the hub; kept with every row' }),
    url: Type.String({ description: 'Address of the hub without /hub/api: https://hub.example.com/jupyter/' }),
    token_file: Type.String({
      description:
        'File with an API token of a service with the scopes list:users, read:users:activity and read:servers',
    }),
    schedule: Type.Union([Type.Integer({ minimum: 10 }), Type.String()], {
      default: 300,
      description: 'Seconds between polls, or a cron expression. Longer than 300 s misses visits',
    }),
    page_size: Type.Integer({ default: 200, minimum: 1, maximum: 10_000 }),
    cluster: Type.String({ default: '', description: 'Cluster in which the servers run, as in the metrics' }),
    namespace: Type.String({ default: '', description: 'Namespace of the servers, where the hub does not tell it' }),
    monitor_users: Type.Array(Type.String(), { default: [], description: 'Accounts of monitors: never people' }),
    ca_file: Type.String({ default: '', description: 'PEM of a private certification authority' }),
  },
  { additionalProperties: false },
);
export type HubConfig = Static<typeof HubSchema>;

/** `jupyterhub:` of the configuration file. */
export const JupyterHubConfigSchema = Type.Object(
  { hubs: Type.Array(HubSchema, { default: [] }) },
  { default: {}, additionalProperties: false },
);
