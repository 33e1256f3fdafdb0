/** Where codes of people, and of what is named after them, are: `keys` hold one, `texts` may contain one. */
export interface PersonColumns {
  readonly keys: readonly string[];
  readonly texts?: readonly string[];
}

const none: PersonColumns = { keys: [] };

/** Every table must be listed here, so that `person export|erase` cannot forget one (tested against the migrations). */
export const personColumns: Readonly<Record<string, PersonColumns>> = {
  schema_migrations: none,
  samples: none,
  series: { keys: ['pod'], texts: ['labels'] },
  series_ends: none,
  series_starts: none,
  histograms: none,
  histogram_buckets: none,
  exemplars: { keys: [], texts: ['labels', 'trace_id'] },
  metric_metadata: none,
  ingest_rejections: none,
  ha_elections: none,
  poll_runs: { keys: [], texts: ['error'] },
  people: { keys: ['person_key', 'person_id', 'manager_id'] },
  identities: { keys: ['person_key', 'key'] },
  access: { keys: ['person_key'] },
  calendar_days: none,
  hr_feeds: none,
  forgotten_people: none, // codes of a purpose of their own: what must outlive the person
  pseudonym_keys: none,
  platform_events: {
    keys: ['person', 'server_user', 'actor', 'acting_for', 'pod', 'session', 'server_name', 'path'],
  },
  kubernetes_audit: { keys: ['actor', 'impersonated', 'pod'], texts: ['annotations'] },
  containers: { keys: ['user_key', 'pod', 'owner_name', 'session', 'server_name'], texts: ['workspace_key'] },
  workspaces: { keys: ['user_key'], texts: ['workspace_key'] },
  user_days: { keys: ['user_key'] },
  mart_stage_pieces: none,
  mart_stage_alive: none,
  mart_stage_series: none,
  mart_stage_resets: none,
  mart_stage_memory: none,
  mart_stage_cpu: none,
  mart_hours: none,
  mart_watermarks: none,
  volume_usage_1d: { keys: ['claim'] },
  volume_owners: { keys: ['claim', 'user_key'] },
  unmatched_usage: { keys: ['pod'] },
  mart_stage_unmatched: { keys: ['pod'] },
  mart_stage_containers: none,
  cost_charges: none,
  cost_imports: none,
  container_visits_1d: none,
  node_usage_1d: none,
  node_usage: none,
  nodes: none,
  container_usage_bins_1d: none,
  container_usage_1d: none,
  container_usage_1h: none,
  container_usage: none,
  runtime_eol: none,
  grid_intensity: none,
  carbon_coefficients: none,
  exchange_rates: none,
  budgets: none,
  prices: none,
  images: none,
  mart_stage_zones: { keys: ['user_key'] },
};
