/** Where person keys are: `keys` hold one, `texts` may contain one. */
export interface PersonColumns {
  readonly keys: readonly string[];
  readonly texts?: readonly string[];
}

const none: PersonColumns = { keys: [] };

/** Every table must be listed here, so that `person export|erase` cannot forget one (tested against the migrations). */
export const personColumns: Readonly<Record<string, PersonColumns>> = {
  schema_migrations: none,
  samples: none,
  series: { keys: [], texts: ['labels'] },
  series_ends: none,
  series_starts: none,
  histograms: none,
  histogram_buckets: none,
  exemplars: { keys: [], texts: ['labels'] },
  metric_metadata: none,
  ingest_rejections: none,
  ha_elections: none,
  poll_runs: { keys: [], texts: ['error'] },
  people: { keys: ['person_key', 'manager_id'] },
  identities: { keys: ['person_key', 'key'] },
  access: { keys: ['person_key'] },
  calendar_days: none,
  hr_feeds: none,
  platform_events: { keys: ['person', 'server_user', 'actor', 'acting_for'] },
  kubernetes_audit: { keys: ['actor', 'impersonated'] },
  containers: { keys: ['user_key'], texts: ['workspace_key'] },
  workspaces: { keys: ['user_key'], texts: ['workspace_key'] },
  user_days: { keys: ['user_key'] },
  mart_stage_zones: { keys: ['user_key'] },
};
