import { Type } from 'typebox';

/** `http:` of the configuration file. */
export const HttpConfigSchema = Type.Object(
  {
    tls: Type.Object(
      {
        cert_file: Type.String({ default: '', description: 'PEM chain; with key_file: the service speaks HTTPS' }),
        key_file: Type.String({ default: '' }),
      },
      { default: {}, additionalProperties: false },
    ),
    trust_proxy: Type.Boolean({ default: false, description: 'Take the client address from X-Forwarded-For' }),
    shutdown_seconds: Type.Integer({
      default: 30,
      minimum: 1,
      description: 'How long what was accepted may take to finish',
    }),
  },
  { default: {}, additionalProperties: false },
);
