import { Type, type Static } from 'typebox';
import { ScopeSchema } from '../contract/index.ts';

const Scope = (fallback: 'aggregate') => Type.Unsafe<Static<typeof ScopeSchema>>({ ...ScopeSchema, default: fallback });

const TokenSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, description: 'For logs' }),
    token_file: Type.Optional(Type.String({ description: 'File with the token' })),
    token_env: Type.Optional(Type.String({ description: 'Environment variable with the token' })),
    write: Type.Boolean({ default: false, description: 'May send data' }),
    read: Type.Boolean({ default: true, description: 'May ask views, within the scope' }),
    scope: Scope('aggregate'),
    department: Type.Optional(Type.String({ description: 'The department of a department scope' })),
    person: Type.Optional(Type.String({ description: 'User name of a self scope' })),
  },
  { additionalProperties: false },
);
export type TokenConfig = Static<typeof TokenSchema>;

const GrafanaSchema = Type.Object(
  {
    jwks_url: Type.String({
      default: '',
      description: 'https://grafana.example/api/signing-keys/keys; empty: X-Grafana-Id is not looked at',
    }),
    issuer: Type.String({ default: '', description: 'Root URL of Grafana (claim iss)' }),
    organisation_ids: Type.Array(Type.Integer({ minimum: 1 }), {
      default: [1],
      description: 'Accepted organisations (claim aud org:N)',
    }),
    person_claim: Type.Union([Type.Literal('email'), Type.Literal('username')], { default: 'email' }),
    platform_logins: Type.Array(Type.String(), {
      default: [],
      description: 'User names or e-mails that get the platform scope',
    }),
    department_logins: Type.Record(Type.String(), Type.String(), {
      default: {},
      description: 'User name or e-mail: department it may see',
    }),
  },
  { default: {}, additionalProperties: false },
);

/** `access:` of the configuration file. */
export const AccessConfigSchema = Type.Object(
  {
    tokens: Type.Array(TokenSchema, { default: [] }),
    read_token_scope: Scope('aggregate'),
    allow_anonymous: Type.Boolean({ default: false, description: 'Accept writes without a token beyond loopback' }),
    allow_anonymous_read: Type.Boolean({
      default: false,
      description: 'Answer views (scope aggregate) without a token beyond loopback',
    }),
    reads_per_minute: Type.Integer({ default: 600, minimum: 1, description: 'Per token or address' }),
    grafana: GrafanaSchema,
  },
  { default: {}, additionalProperties: false },
);
export type AccessConfig = Static<typeof AccessConfigSchema>;
