import { Type, type Static } from 'typebox';

/** `poller:` of the configuration file. */
export const PollerConfigSchema = Type.Object(
  {
    enabled: Type.Boolean({
      default: true,
      description:
        'Of several ingestors exactly one polls: set this to false on all the others. Push sources work on every one',
    }),
    retry_base_seconds: Type.Number({
      default: 60,
      minimum: 0.01,
      description: 'Pause after the first failure; doubles with each further one, with jitter',
    }),
    retry_max_seconds: Type.Number({ default: 3600, minimum: 0.01, description: 'Longest pause after failures' }),
    run_timeout_seconds: Type.Number({
      default: 6 * 3600,
      minimum: 1,
      description: 'A run that takes longer is stopped and counts as failed',
    }),
  },
  { default: {}, additionalProperties: false },
);
export type PollerConfig = Static<typeof PollerConfigSchema>;
