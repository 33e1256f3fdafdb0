import { expect, it } from 'vitest';
import { useWarehouse } from '../../../test/support/warehouse.ts';
import { personColumns } from './person-columns.ts';

/**
 * Text columns that hold nobody. Every other one is in `personColumns`, and with that under export, erasure and retention: a new
 * column has to be decided upon.
 */
const ofNobody: Readonly<Record<string, string>> = {
  access: 'access_group source',
  aws_batch_attempts: 'account failure region',
  aws_batch_jobs: 'account failure image job_id platform queue region status submitter_basis',
  budgets: 'currency group_by group_name source',
  calendar_days: 'holiday location',
  carbon_coefficients: 'coefficient_set node_type source version',
  connect_audit: 'action audit_id server',
  connect_bundles: 'bundle_id content_guid image python_version quarto_version r_version server source_commit',
  connect_content:
    'access_type app_mode bundle_id category cluster content_guid content_id image python_version quarto_version r_version server tags',
  connect_environments: 'kind name server version',
  connect_groups: 'group_guid server',
  connect_hits: 'content_guid server',
  connect_jobs: 'bundle_id cluster content_guid hostname image job_key outcome queue_name server tag variant_key',
  connect_logs: 'log server',
  connect_packages: 'bundle_id content_guid language language_version package server version',
  connect_schedules: 'content_guid definition mailed_to schedule_key server time_zone type variant_key',
  connect_servers: 'endpoints server version',
  connect_sessions: 'content_guid server',
  connect_storage: 'content_guid server source',
  connect_users: 'server user_role',
  connect_visits: 'content_guid server variant_key',
  container_usage: 'container_id node',
  container_usage_1d: 'container_id day node',
  container_usage_1h: 'container_id node',
  container_usage_bins_1d: 'container_id',
  container_visits_1d: 'container_id',
  containers:
    'cluster component container container_id ended_by ended_reason image image_digest kind namespace node owner_kind platform status_reason terminal_phase terminated_reason uid visit_basis workspace_id',
  cost_charges: 'charge_category currency import_id instance_type service sub_account usage_type usage_unit',
  cost_imports: 'billing_account billing_period currency format import_id',
  exchange_rates: 'base_currency currency source',
  forgotten_people: 'code reason',
  git_commits_weekly: 'forge repository_id',
  git_languages: 'forge language repository_id',
  git_lockfiles: 'blob_id forge kind problem python_requires python_version r_version repository_id status',
  git_members: 'forge repository_id',
  git_packages: 'blob_id kind language package package_repository source version version_constraint',
  git_repositories: 'default_branch forge repository_id state visibility',
  grid_intensity: 'region source version',
  ha_elections: 'cluster replica',
  histogram_buckets: 'side',
  histograms: 'reset_hint',
  home_drives: 'account_state store',
  home_snapshots: 'store',
  hr_feeds: 'source',
  identities: 'how source',
  images:
    'config_digest environment image image_digest python_source python_version python_versions quarto_source quarto_version quarto_versions r_source r_version r_versions source',
  ingest_rejections: 'ingestor job metric reason',
  kubernetes_audit: 'actor_type audit_id client cluster impersonated_type namespace stage uid verb',
  mart_stage_active: 'cgroup cluster container cpu metric namespace',
  mart_stage_containers: 'container_id node',
  mart_stage_facts: 'cluster container metric namespace node uid unit',
  mart_stage_pieces: 'resource',
  mart_stage_unmatched: 'cluster container namespace',
  mart_stage_zones: 'time_zone',
  mart_watermarks: 'mart',
  metric_metadata: 'help metric type unit',
  node_usage: 'cluster node',
  node_usage_1d: 'cluster day node',
  nodes: 'cluster node node_type',
  package_registry: 'language package repository server version',
  package_servers: 'capabilities r_versions server version',
  people: 'cost_center department division location person_type role source time_zone title',
  platform_events:
    'activity actor_type cluster component container image image_digest kind namespace python_version quarto_version r_version release_environment release_name release_version rule server source uid',
  poll_runs: 'error_code instance outcome source',
  prices: 'currency node_type resource source unit',
  pseudonym_keys: 'fingerprint',
  runtime_eol: 'release runtime source successor',
  schema_migrations: 'applied_by_version checksum name',
  series: 'cluster container instance job metric namespace node uid',
  unmatched_usage: 'cluster container namespace',
  user_days: 'basis component day time_zone',
  volume_owners: 'cluster namespace',
  volume_usage_1d: 'cluster day namespace',
  workspaces: 'cluster component ended_by image image_digest kind last_container_id node visit_basis workspace_id',
};

it('every text column of every table is known to hold nobody, or to be searched for people', async () => {
  const { reader } = await useWarehouse();
  const tables = await reader.rows<{ table_name: string }>('select table_name from tables() order by table_name');
  const undecided: string[] = [];
  const decided = new Set<string>();
  for (const { table_name: table } of tables.filter((row) => !/^(sys\.|telemetry)/u.test(row.table_name))) {
    const columns = await reader.rows<{ column: string; type: string }>(
      `select "column", type from table_columns('${table}')`,
    );
    const { keys, texts = [] } = personColumns[table] ?? { keys: [] };
    const known = [...keys, ...texts, ...(ofNobody[table] ?? '').split(' ')];
    for (const { column, type } of columns.filter((each) => /^(symbol|varchar|string)$/iu.test(each.type))) {
      decided.add(`${table}.${column}`);
      if (known.filter((name) => name === column).length !== 1) undecided.push(`${table}.${column} ${type}`);
    }
  }
  expect(undecided).toEqual([]);
  const listed = Object.entries(ofNobody).flatMap(([table, names]) =>
    names.split(' ').map((name) => `${table}.${name}`),
  );
  expect(listed.filter((name) => !decided.has(name))).toEqual([]);
});
