import { Type, type Static } from 'typebox';

const RegionSchema = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z][a-z0-9-]{0,39}$', description: 'Own name of this account and region' }),
    region: Type.String({ minLength: 1, description: 'Such as eu-central-1' }),
    queues: Type.Array(Type.String(), { default: [], description: 'Names of job queues; empty: all of the region' }),
    profile: Type.String({
      default: '',
      description: 'Profile of the shared AWS configuration, for other accounts; empty: the usual chain of credentials',
    }),
    endpoint: Type.String({ default: '', description: 'Address of a VPC endpoint; empty: that of the region' }),
    schedule: Type.Union([Type.Integer({ minimum: 10 }), Type.String()], {
      default: 3600,
      description: 'Seconds between polls, or a cron expression. Ended jobs vanish after about seven days',
    }),
    max_attempts: Type.Integer({
      default: 8,
      minimum: 1,
      maximum: 20,
      description: 'Tries of one request that is throttled or fails at the server, with growing pauses',
    }),
  },
  { additionalProperties: false },
);
export type BatchRegion = Static<typeof RegionSchema>;

/** `aws_batch:` of the configuration file. */
export const AwsBatchConfigSchema = Type.Object(
  {
    regions: Type.Array(RegionSchema, { default: [] }),
    submitter_tag: Type.String({
      default: 'sce:user',
      description: 'Tag with the account name of who submitted a job',
    }),
    submitter_environment: Type.String({
      default: '',
      description: 'Environment variable of the job with it, where the tag is missing; empty: none',
    }),
    submitter_share: Type.Boolean({
      default: false,
      description: 'The share identifier names the submitter, where tag and variable are missing',
    }),
    pipeline_tag: Type.String({
      default: 'sce:pipeline',
      description: 'Tag with the pipeline of a job; without it the job definition is its pipeline',
    }),
  },
  { default: {}, additionalProperties: false },
);
export type AwsBatchConfig = Static<typeof AwsBatchConfigSchema>;
