import { Type, type Static } from 'typebox';

const ServerSchema = Type.Object(
  {
    name: Type.String({
      pattern: '^[a-z][a-z0-9-]{0,39}$',
      description: 'Own name of the server; kept with every row',
    }),
    url: Type.String({ description: 'Address without /__api__: https://ppm.example.com/' }),
    token_env: Type.String({
      default: '',
      description: 'Environment variable with a token, where the server asks for one',
    }),
    token_file: Type.String({ default: '', description: 'Or a file with it' }),
    ca_file: Type.String({ default: '', description: 'PEM of a private certification authority' }),
    schedule: Type.Union([Type.Integer({ minimum: 10 }), Type.String()], {
      default: 24 * 3600,
      description: 'Seconds between polls, or a cron expression',
    }),
    python_packages: Type.Integer({
      default: 2000,
      minimum: 0,
      description: 'Python packages in use that are looked up one by one in a poll; R has a list',
    }),
  },
  { additionalProperties: false },
);
export type PackageServer = Static<typeof ServerSchema>;

/** `package_manager:` of the configuration file. */
export const PackageManagerConfigSchema = Type.Object(
  {
    servers: Type.Array(ServerSchema, { default: [] }),
    internal_repositories: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description:
        'Names of repositories of packages, or beginnings of their addresses, that are one’s own: what lock files take from there is internal',
    }),
  },
  { default: {}, additionalProperties: false },
);
