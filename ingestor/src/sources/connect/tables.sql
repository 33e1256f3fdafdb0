-- Posit Connect. `server` is the name of the server in the configuration. Dated rows: `timestamp` is the UTC day of the poll that
-- found a change; a row holds until the next of its key; read with `latest on timestamp partition by <key>` after `where server = …`.
-- People are person keys (u_…); `row_hash` says whether anything has changed. Nothing that is gone is removed: `is_deleted`.

-- What a server is. Grain: (server, day of a change).
create table if not exists connect_servers (
  timestamp timestamp,
  server symbol,
  version symbol, -- null = withheld
  clock_skew_seconds double, -- server's clock − ours, as of the row
  endpoints varchar, -- JSON: endpoint → used or missing (older server)
  content_items long,
  users long,
  row_hash long
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, server);

-- How far the event logs are known. One row per log (timestamp is always 2000-01-01).
create table if not exists connect_logs (
  timestamp timestamp,
  server symbol,
  log symbol, -- visits, sessions, hits, audit
  is_available boolean, -- false: this server has no such log
  begins_at timestamp, -- first event there is; null = none at all
  known_until timestamp -- everything before is stored
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, server, log);

-- Accounts. Grain: (server, account, day of a change).
create table if not exists connect_users (
  timestamp timestamp,
  server symbol,
  account symbol capacity 4096, -- u_…: code of the account's guid
  person symbol capacity 4096, -- u_…: of its user name, as everywhere else
  user_role symbol, -- administrator, publisher, viewer
  is_locked boolean, -- de-provisioned
  is_confirmed boolean,
  created_at timestamp,
  active_on timestamp, -- UTC day of the last activity; null = never logged in
  is_deleted boolean,
  row_hash long
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, server, account);

-- Groups and who is in them. Grain: (server, group, person, day of a change); person '' = the group itself.
create table if not exists connect_groups (
  timestamp timestamp,
  server symbol,
  group_guid symbol capacity 1024,
  group_name symbol capacity 1024,
  person symbol capacity 4096,
  is_member boolean,
  row_hash long
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, server, group_guid, person);

-- Content items. Grain: (server, content_guid, day of a change).
create table if not exists connect_content (
  timestamp timestamp,
  server symbol,
  content_guid symbol capacity 8192,
  content_id symbol capacity 8192,
  name varchar, -- user names in it are replaced by person keys
  title varchar,
  owner symbol capacity 4096, -- u_…
  access_type symbol, -- all, logged_in, acl
  is_locked boolean,
  created_at timestamp,
  last_deployed_at timestamp, -- of the last success; of an item without a bundle it says nothing
  bundle_id symbol capacity 8192, -- null = never successfully deployed
  app_mode symbol,
  category symbol, -- '', plot, pin, site, …
  is_parameterized boolean,
  r_version symbol,
  python_version symbol,
  quarto_version symbol,
  cpu_request_cores double, -- null = the configured default
  cpu_limit_cores double,
  memory_request_bytes double,
  memory_limit_bytes double,
  min_processes long, -- > 0: never idle
  cluster symbol,
  image symbol capacity 1024,
  runs_as_viewer boolean,
  tags varchar, -- JSON array of names
  is_deleted boolean,
  row_hash long
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, server, content_guid);

-- Uploads. Grain: bundle; timestamp = when it was created.
create table if not exists connect_bundles (
  timestamp timestamp,
  server symbol,
  content_guid symbol capacity 8192,
  bundle_id symbol capacity 32768,
  created_by symbol capacity 4096, -- u_…
  size_bytes double, -- of the archive; 0 = the file is gone
  is_active boolean,
  r_version symbol,
  python_version symbol,
  quarto_version symbol,
  image symbol capacity 1024,
  source_repository varchar, -- of deploys from Git
  source_commit varchar,
  is_deleted boolean,
  row_hash long
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, server, content_guid, bundle_id);

-- Renders, processes and environment builds. Grain: job; timestamp = queued_at, else started_at.
create table if not exists connect_jobs (
  timestamp timestamp,
  server symbol,
  content_guid symbol capacity 8192,
  job_key symbol capacity 262144,
  tag symbol, -- build_report, run_app, packrat_restore, …
  outcome symbol, -- ok, failed, killed, running, lost, skipped
  queued_at timestamp, -- scheduled jobs only
  started_at timestamp,
  ended_at timestamp, -- of a lost job: when it was last heard of
  exit_code long,
  queue_name symbol,
  variant_key symbol capacity 8192,
  bundle_id symbol capacity 32768,
  hostname symbol capacity 1024,
  cluster symbol,
  image symbol capacity 1024,
  pod_owner symbol capacity 262144, -- pseudonym of its Kubernetes job, as containers.owner_name; null = ran on the host
  row_hash long
) timestamp(timestamp) partition by month wal
dedup upsert keys(timestamp, server, content_guid, job_key);

-- Schedules. Grain: (server, content_guid, schedule, day of a change).
create table if not exists connect_schedules (
  timestamp timestamp,
  server symbol,
  content_guid symbol capacity 8192,
  schedule_key symbol capacity 8192,
  variant_key symbol capacity 8192,
  type symbol, -- minute, hour, day, weekday, week, …, rrule
  definition varchar,
  time_zone symbol,
  is_active boolean,
  mailed_to symbol, -- nobody, owner, others, unknown
  starts_at timestamp,
  next_run_at timestamp, -- as of the day of the row
  is_deleted boolean,
  row_hash long
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, server, content_guid, schedule_key);

-- Page views of everything but Shiny. Grain: one view; event_key is made of content, time, path and the number among equals,
-- so that reading again changes nothing and true duplicates stay two. Paths and user agents are not stored.
create table if not exists connect_visits (
  timestamp timestamp,
  server symbol,
  content_guid symbol capacity 8192,
  event_key long,
  person symbol capacity 4096, -- u_…; null = anonymous, or the account was deleted
  is_monitor boolean, -- robot by its user agent or account: never a viewer
  variant_key symbol capacity 8192
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, server, content_guid, event_key);

-- Shiny sessions. Grain: one session; timestamp = its start. An open one is written again with its end.
create table if not exists connect_sessions (
  timestamp timestamp,
  server symbol,
  content_guid symbol capacity 8192,
  event_key long,
  person symbol capacity 4096,
  is_monitor boolean,
  ended_at timestamp -- null = open, or the server stopped
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, server, content_guid, event_key);

-- Requests, of all types (Connect 2025.04 and later). Never to be added to visits. Grain: one hit; event_key = its id.
create table if not exists connect_hits (
  timestamp timestamp,
  server symbol,
  content_guid symbol capacity 8192,
  event_key long,
  person symbol capacity 4096,
  is_monitor boolean
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, server, content_guid, event_key);

-- Administrative events. Grain: one event. Texts are not stored: they name people.
create table if not exists connect_audit (
  timestamp timestamp,
  server symbol,
  audit_id symbol capacity 262144,
  actor symbol capacity 4096, -- u_…; null = the system
  action symbol
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, server, audit_id);

-- Packages of the deployed bundle. Grain: (server, content_guid, language, package, day of a change).
create table if not exists connect_packages (
  timestamp timestamp,
  server symbol,
  content_guid symbol capacity 8192,
  language symbol, -- r, python
  package symbol capacity 32768,
  version symbol capacity 32768,
  language_version symbol,
  bundle_id symbol capacity 32768,
  is_deleted boolean
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, server, content_guid, language, package);

-- Bytes of content items. Grain: (server, content_guid, day of a change).
create table if not exists connect_storage (
  timestamp timestamp,
  server symbol,
  content_guid symbol capacity 8192,
  bundles long,
  bytes_total double,
  bytes_active double,
  source symbol, -- storage (endpoint of newer servers) or bundles (sum of their archives)
  row_hash long
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, server, content_guid);

-- Execution environments and runtimes that a server offers. Grain: (server, kind, name, version, day of a change).
create table if not exists connect_environments (
  timestamp timestamp,
  server symbol,
  kind symbol, -- environment, r, python, quarto, nodejs
  name symbol capacity 1024, -- image or cluster; '' = the host
  version symbol capacity 1024, -- of the runtime; '' of an environment
  is_deleted boolean,
  row_hash long
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, server, kind, name, version);
