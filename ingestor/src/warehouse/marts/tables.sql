-- The marts: what views read. Filled by marts/runner.ts; grain, keys and invariants are in marts.yml.
-- Core-seconds and GB-seconds (GB = 2^30 bytes); sums over buckets of five minutes, taken per container and bucket first:
--   requested = within + idle + unknown          used = within + borrowed

-- Dimension of container instances. Grain: pod uid and container name (a restart keeps it). `timestamp` is created_at as
-- first known. Facts of kube-state-metrics and cAdvisor, merged by earliest and latest, so that their order is no matter.
create table if not exists containers (
  timestamp timestamp,
  container_id symbol capacity 4096, -- cluster/uid/container
  cluster symbol,
  namespace symbol,
  pod symbol capacity 4096, -- pseudonym
  uid symbol capacity 4096,
  container symbol,
  node symbol capacity 1024,
  created_at timestamp,
  scheduled_at timestamp, -- alive from here …
  started_at timestamp, -- first start of the container
  ended_at timestamp, -- … to here; null = alive
  ended_by symbol, -- user, rule, eviction, oom, completed, unknown; null = alive
  ended_reason symbol capacity 1024, -- what decided: phase, status reason, name of a rule, type of an actor
  first_seen_at timestamp,
  last_seen_at timestamp,
  stale_at timestamp, -- the sender said that the pod's series ended
  completion_at timestamp,
  terminal_at timestamp, -- first sample of a terminal phase
  terminal_phase symbol, -- Succeeded, Failed
  status_reason symbol, -- Evicted, NodeLost, …
  terminated_reason symbol, -- of the container's last state: OOMKilled, Completed, Error
  oom_killed_at timestamp, -- latest sample that reported OOMKilled
  image symbol capacity 4096,
  image_digest symbol capacity 256, -- sha256:… of a registry, '' = not known or a local image
  cpu_request_cores double, -- latest; 0 = none. As of any time: container_usage
  memory_request_bytes double,
  cpu_limit_cores double, -- null = none
  memory_limit_bytes double,
  gpu_request double,
  user_key symbol capacity 1024, -- u_…; null = unattributed
  platform symbol, -- jupyterhub, workbench, team_operator, …: the preset or rule that named the user
  kind symbol, -- interactive, connect, batch, service, other
  component symbol,
  owner_kind symbol,
  owner_name symbol capacity 4096, -- pseudonym
  server_name symbol capacity 1024, -- pseudonym; JupyterHub: '' = default server
  session symbol capacity 4096, -- pseudonym of the platform's session id
  workspace_key symbol capacity 4096, -- what chains instances: see workspaces
  workspace_id symbol capacity 4096,
  first_visit_at timestamp, -- while this instance was alive
  last_visit_at timestamp,
  visits long,
  visit_basis symbol -- event, cpu, unknown
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, container_id);

-- What a user calls "my container". Grain: workspace_id = cluster/uid of its first pod. timestamp = created_at.
create table if not exists workspaces (
  timestamp timestamp,
  workspace_id symbol capacity 4096,
  workspace_key symbol capacity 4096,
  cluster symbol,
  user_key symbol capacity 1024,
  kind symbol,
  component symbol,
  created_at timestamp,
  ended_at timestamp, -- null = alive, or within 14 days after an eviction
  ended_by symbol,
  is_alive boolean, -- an instance runs, or may still follow an eviction
  instances long,
  evictions long,
  first_visit_at timestamp,
  last_visit_at timestamp,
  visit_days long, -- local days of the user with a visit (basis event), or active days of the organisation (basis cpu)
  visit_basis symbol, -- event, cpu, unknown
  last_container_id symbol capacity 4096,
  image symbol capacity 4096, -- of the last instance
  image_digest symbol capacity 4096,
  node symbol capacity 1024,
  cpu_request_cores double,
  memory_request_bytes double,
  superseded boolean -- was merged into an earlier workspace when late data arrived: leave it out
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, workspace_id);

-- Grain: container instance and bucket of five minutes (UTC). A row of zeros stands for one that late data took back.
create table if not exists container_usage (
  timestamp timestamp,
  container_id symbol capacity 4096,
  node symbol capacity 1024,
  covered_seconds float, -- where CPU use is known
  alive_seconds float,
  is_active boolean, -- mean of at least 0.1 core, or the threshold of its image (platform.active_cores)
  cpu_request_cores float, -- mean over the alive seconds
  cpu_used_core_seconds double,
  memory_covered_seconds float,
  memory_request_bytes double, -- mean over the alive seconds
  memory_used_byte_seconds double,
  memory_max_bytes double -- highest sample; null = none
) timestamp(timestamp) partition by month wal
dedup upsert keys(timestamp, container_id);

-- Grain: container instance and hour (UTC).
create table if not exists container_usage_1h (
  timestamp timestamp,
  container_id symbol capacity 4096,
  node symbol capacity 1024,
  covered_seconds double,
  alive_seconds double,
  active_seconds double, -- covered seconds of active buckets
  cpu_requested_core_seconds double,
  cpu_used_core_seconds double,
  cpu_within_core_seconds double,
  cpu_idle_core_seconds double,
  cpu_unknown_core_seconds double,
  cpu_borrowed_core_seconds double,
  cpu_max_cores double, -- highest mean of a bucket
  memory_covered_seconds double,
  memory_requested_gb_seconds double,
  memory_used_gb_seconds double,
  memory_within_gb_seconds double,
  memory_idle_gb_seconds double,
  memory_unknown_gb_seconds double,
  memory_borrowed_gb_seconds double,
  memory_max_bytes double
) timestamp(timestamp) partition by month wal
dedup upsert keys(timestamp, container_id);

-- Grain: container instance and day of the organisation (23 or 25 h at DST). timestamp = its local midnight.
create table if not exists container_usage_1d (
  timestamp timestamp,
  day symbol capacity 4096, -- YYYY-MM-DD
  container_id symbol capacity 4096,
  node symbol capacity 1024,
  covered_seconds double,
  alive_seconds double,
  active_seconds double,
  cpu_requested_core_seconds double,
  cpu_used_core_seconds double,
  cpu_within_core_seconds double,
  cpu_idle_core_seconds double,
  cpu_unknown_core_seconds double,
  cpu_borrowed_core_seconds double,
  cpu_max_cores double,
  memory_covered_seconds double,
  memory_requested_gb_seconds double,
  memory_used_gb_seconds double,
  memory_within_gb_seconds double,
  memory_idle_gb_seconds double,
  memory_unknown_gb_seconds double,
  memory_borrowed_gb_seconds double,
  memory_max_bytes double
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, container_id);

-- The idle-core histogram. Grain: container instance, day of the organisation and bin of the bucket's mean cores:
-- 0 = [0, 0.1), 1 = [0.1, 0.5), 2 = [0.5, 1), k + 2 = [k, k + 1).
create table if not exists container_usage_bins_1d (
  timestamp timestamp,
  container_id symbol capacity 4096,
  bin int,
  covered_seconds double,
  cpu_requested_core_seconds double, -- of the covered seconds
  cpu_used_core_seconds double
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, container_id, bin);

-- Nodes by UTC day. Grain: (day, cluster, node).
create table if not exists nodes (
  timestamp timestamp,
  cluster symbol,
  node symbol capacity 1024,
  first_seen_at timestamp,
  last_seen_at timestamp,
  cpu_allocatable_cores double,
  memory_allocatable_bytes double,
  node_type symbol -- label_node_kubernetes_io_instance_type; '' = not known
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, cluster, node);

-- Grain: node and bucket of five minutes (UTC). allocatable = infra idle + idle + within + unknown, for both resources;
-- infra idle is negative where more is requested than offered.
create table if not exists node_usage (
  timestamp timestamp,
  cluster symbol,
  node symbol capacity 1024,
  containers long, -- alive in the bucket
  covered_seconds double, -- of its containers
  alive_seconds double,
  cpu_allocatable_core_seconds double,
  cpu_requested_core_seconds double,
  cpu_infra_idle_core_seconds double,
  cpu_idle_core_seconds double,
  cpu_within_core_seconds double,
  cpu_unknown_core_seconds double,
  cpu_borrowed_core_seconds double,
  memory_allocatable_gb_seconds double,
  memory_requested_gb_seconds double,
  memory_infra_idle_gb_seconds double,
  memory_idle_gb_seconds double,
  memory_within_gb_seconds double,
  memory_unknown_gb_seconds double,
  memory_borrowed_gb_seconds double
) timestamp(timestamp) partition by month wal
dedup upsert keys(timestamp, cluster, node);

-- Grain: node and day of the organisation. timestamp = its local midnight.
create table if not exists node_usage_1d (
  timestamp timestamp,
  day symbol capacity 4096,
  cluster symbol,
  node symbol capacity 1024,
  containers_mean double, -- mean of alive containers over the buckets
  containers_max long,
  covered_seconds double,
  alive_seconds double,
  cpu_allocatable_core_seconds double,
  cpu_requested_core_seconds double,
  cpu_infra_idle_core_seconds double,
  cpu_idle_core_seconds double,
  cpu_within_core_seconds double,
  cpu_unknown_core_seconds double,
  cpu_borrowed_core_seconds double,
  memory_allocatable_gb_seconds double,
  memory_requested_gb_seconds double,
  memory_infra_idle_gb_seconds double,
  memory_idle_gb_seconds double,
  memory_within_gb_seconds double,
  memory_unknown_gb_seconds double,
  memory_borrowed_gb_seconds double
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, cluster, node);

-- Activity. Grain: person, day between the local midnights of their HR location, and component. timestamp = that midnight.
-- An active day has at least 300 active seconds or a visit.
create table if not exists user_days (
  timestamp timestamp,
  user_key symbol capacity 1024,
  component symbol, -- interactive, connect, batch, git, other
  day symbol capacity 4096, -- YYYY-MM-DD, local
  time_zone symbol,
  alive_seconds double, -- buckets in which one of their containers was alive, counted once
  covered_seconds double,
  active_seconds double, -- covered seconds of active buckets, counted once per person
  visits long,
  first_visit_at timestamp,
  last_visit_at timestamp,
  basis symbol -- cpu, visit, both, none: what makes the day active
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, user_key, component);

-- Visits of people to container instances (events, not CPU). Grain: container instance and day of the organisation.
create table if not exists container_visits_1d (
  timestamp timestamp,
  container_id symbol capacity 4096,
  visits long,
  first_visit_at timestamp,
  last_visit_at timestamp
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, container_id);

-- Claims and what is on them. Grain: claim and day of the organisation; the highest over mounting nodes, not their sum.
create table if not exists volume_usage_1d (
  timestamp timestamp,
  day symbol capacity 4096,
  cluster symbol,
  namespace symbol,
  claim symbol capacity 4096, -- pseudonym
  used_bytes double, -- mean over the day of the highest of the nodes, by five minutes
  used_max_bytes double,
  capacity_bytes double,
  inodes_used double,
  inodes double,
  samples long
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, cluster, namespace, claim);

-- Whose a claim is: the people whose pods mounted it; more than one = shared. Grain: claim and person.
-- timestamp = when first seen mounted, as first known. Claims that only service pods mount are not here.
create table if not exists volume_owners (
  timestamp timestamp,
  cluster symbol,
  namespace symbol,
  claim symbol capacity 4096, -- pseudonym, as in volume_usage_1d
  user_key symbol capacity 1024,
  first_mounted_at timestamp,
  last_mounted_on timestamp -- UTC day
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, cluster, namespace, claim, user_key);

-- CPU of containers that cAdvisor reports and no pod of kube-state-metrics explains: counted, given to nobody.
-- Grain: container name and bucket of five minutes (UTC). A row of zeros stands for one that late data explained.
create table if not exists unmatched_usage (
  timestamp timestamp,
  cluster symbol,
  namespace symbol,
  pod symbol capacity 4096, -- pseudonym
  container symbol,
  covered_seconds double,
  cpu_used_core_seconds double
) timestamp(timestamp) partition by month wal
dedup upsert keys(timestamp, cluster, namespace, pod, container);

-- How far a mart is. One row per mart (timestamp is always 2000-01-01): before `watermark` all is rolled up, up to dirty hours.
-- 'raw_floor': raw rows before it were dropped, what lies before is never computed again.
create table if not exists mart_watermarks (
  timestamp timestamp,
  mart symbol,
  watermark timestamp,
  updated_at timestamp
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, mart);

-- Rows of `samples` and `series_ends` in an hour when it was last rolled up. More now = late data: the hour is dirty.
create table if not exists mart_hours (
  timestamp timestamp,
  sample_rows long,
  rolled_up_at timestamp
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp);

-- Work tables of one run, emptied by each.
create table if not exists mart_stage_cpu (
  timestamp timestamp, -- bucket
  series long,
  first_at timestamp,
  last_at timestamp,
  first_value double,
  inner_increase double,
  previous_at timestamp, -- last sample of an earlier bucket
  previous_value double,
  next_at timestamp,
  next_value double,
  last_value double
) timestamp(timestamp) partition by none bypass wal;

create table if not exists mart_stage_memory (
  timestamp timestamp,
  series long,
  first_at timestamp,
  last_at timestamp,
  mean_value double,
  highest_value double,
  previous_at timestamp,
  next_at timestamp
) timestamp(timestamp) partition by none bypass wal;

create table if not exists mart_stage_resets (
  timestamp timestamp, -- bucket
  series long,
  lost double -- value before the counter fell
) timestamp(timestamp) partition by none bypass wal;

create table if not exists mart_stage_series (
  timestamp timestamp, -- valid from
  chunk long,
  series long,
  container_no int,
  started_at timestamp, -- of this cgroup; null = not known
  coverage_weight int -- 1 for one series of a cgroup, 0 for its other CPUs
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, chunk, series);

create table if not exists mart_stage_alive (
  timestamp timestamp, -- from
  chunk long,
  container_no int,
  until timestamp,
  cpu_request_cores double,
  memory_request_bytes double
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, chunk, container_no);

-- Containers of a window by number: rows are grouped by numbers, and get their names at the end.
create table if not exists mart_stage_containers (
  timestamp timestamp,
  chunk long,
  container_no int,
  container_id symbol capacity 1024,
  node symbol,
  active_cores double -- mean from which a bucket is active
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, chunk, container_no);

-- cAdvisor's series of a window that no known pod explains.
create table if not exists mart_stage_unmatched (
  timestamp timestamp,
  chunk long,
  series long,
  cluster symbol,
  namespace symbol,
  pod symbol capacity 1024,
  container symbol,
  coverage_weight int
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, chunk, series);

-- Time zones of the people who are not in the organisation's.
create table if not exists mart_stage_zones (
  timestamp timestamp,
  chunk long,
  user_key symbol capacity 1024,
  time_zone symbol
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, chunk, user_key);

-- Exact pieces of series that belong to several containers or starts. resource: cpu, memory.
create table if not exists mart_stage_pieces (
  timestamp timestamp, -- bucket
  chunk long,
  container_no int,
  series long,
  resource symbol,
  covered_seconds double,
  amount double, -- core-seconds or byte-seconds
  highest_value double
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, chunk, container_no, series, resource);
