import { createOrganisation } from '../organisation.ts';
import type { Organisation } from '../organisation.ts';

/** Samples at whole five minutes: the coarsest at which every pair of neighbours still covers the time between them. */
export const SCRAPE_SECONDS = 300;
export const SLOW_SECONDS = 3600;

/** The dated change of a default request lies so far back that a fortnight is known on both sides. */
export const CHANGE = {
  date: '2026-03-17',
  role: 'Statistical Programmer',
  control: 'Statistician',
  cores: 4,
  days: 14,
};

/**
 * The part of the organisation that is recomputed: 70 people, 35 days with both changes of the clock of spring in them (Boston
 * on 8 March, Basel on 29 March), a whole month, the hole, the broken week of the directory, and the change of a default request.
 */
export function recomputedStory(): Organisation {
  return createOrganisation({ now: Date.UTC(2026, 3, 2, 14), days: 35, people: 70, requestChangeDaysAgo: 16 });
}

/** With the thresholds of a large platform hardly any role of the story would have a number. */
export const LEAST_USERS = 2;
export const LEAST_BUCKETS = 20;

/** Small groups are shown as they are and nothing is forgotten: privacy has tests of its own, here every cell counts. */
export const recomputedConfig = {
  access: { read_token_scope: 'platform' },
  views: { small_groups: { min_people: 1, max_share: 1 } },
  privacy: { person_months: 1200, leaver_days: 40_000 },
  warehouse: { retention_days: {} },
  sizing: { least_users: LEAST_USERS, least_active_buckets: LEAST_BUCKETS },
  changes: [
    {
      name: 'programmers to 4',
      date: CHANGE.date,
      roles: [CHANGE.role],
      control_role: CHANGE.control,
      cores: CHANGE.cores,
      side_days: CHANGE.days,
    },
  ],
};
