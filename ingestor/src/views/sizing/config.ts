import { Type, type Static } from 'typebox';
import { sizingRules as standard, type SizingRules } from './own-need.ts';

const share = (value: number, description: string) =>
  Type.Number({ default: value, exclusiveMinimum: 0, maximum: 1, description });
const factor = (value: number, description: string) => Type.Number({ default: value, minimum: 1, description });
const count = (value: number, description: string) => Type.Integer({ default: value, minimum: 1, description });

/** `sizing:` of the configuration file: thresholds of right-size and what-if. */
export const SizingConfigSchema = Type.Object(
  {
    active_cores: Type.Number({
      default: standard.activeCores,
      exclusiveMinimum: 0,
      description: 'Mean cores from which five minutes of a container are active',
    }),
    active_days: Type.Integer({
      default: standard.activeDays,
      minimum: 1,
      maximum: 255,
      description: 'Last active days of a user that count',
    }),
    half_life_days: Type.Number({
      default: standard.halfLifeDays,
      exclusiveMinimum: 0,
      description: 'Active days after which the weight of a bucket is halved',
    }),
    percentile: share(standard.percentile, 'Share of the weight that a user’s own need holds'),
    covered_users: share(standard.coveredUsers, 'Share of the users of a role that the default covers'),
    least_active_buckets: count(standard.leastBuckets, 'Active buckets of a user below which there is no number'),
    least_users: count(standard.leastUsers, 'Users of a role below which there is no number'),
    memory_headroom: factor(standard.memoryHeadroom, 'Times the highest sample of memory'),
    oom_headroom: factor(standard.oomHeadroom, 'Times the limit at which a container was killed for memory'),
    at_limit: share(standard.atLimit, 'Share of a limit that counts as being at it'),
    at_limit_share: share(
      standard.atLimitShare,
      'Share of active buckets at a limit from which a user is never advised less than that limit',
    ),
  },
  { default: {}, additionalProperties: false },
);

export function sizingRulesOf({ sizing }: { readonly sizing: Static<typeof SizingConfigSchema> }): SizingRules {
  return {
    activeCores: sizing.active_cores,
    activeDays: sizing.active_days,
    halfLifeDays: sizing.half_life_days,
    percentile: sizing.percentile,
    leastBuckets: sizing.least_active_buckets,
    leastUsers: sizing.least_users,
    coveredUsers: sizing.covered_users,
    memoryHeadroom: sizing.memory_headroom,
    oomHeadroom: sizing.oom_headroom,
    atLimit: sizing.at_limit,
    atLimitShare: sizing.at_limit_share,
  };
}
