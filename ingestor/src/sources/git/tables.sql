-- Git. `forge` is the name of the server in the configuration. Dated rows: `timestamp` is the UTC day of the poll that found a change; a row
-- holds until the next of its key; read with `latest on timestamp partition by <key>` after `where forge = …`. People are person keys (u_…).
-- `row_hash` says whether anything has changed. Nothing that is gone is removed: `is_deleted`.

-- Repositories. Grain: (forge, repository_id, day of a change).
create table if not exists git_repositories (
  timestamp timestamp,
  forge symbol,
  repository_id symbol capacity 16384,
  path varchar, -- with its groups; a personal name space is its person's key
  name_space symbol capacity 4096, -- first group; a person key where it is somebody's own
  is_personal boolean,
  default_branch varchar, -- null = empty
  visibility symbol,
  is_archived boolean,
  is_fork boolean,
  created_at timestamp,
  last_activity_at timestamp, -- as the forge says; it may lag by an hour
  commits long, -- null = not told
  repository_bytes double,
  lfs_bytes double,
  artifact_bytes double,
  state symbol, -- ok, empty, hidden (its files may not be read), truncated (more files than are listed)
  topics varchar, -- JSON array
  is_deleted boolean, -- removed, or no longer visible to the token
  row_hash long
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, forge, repository_id);

-- Languages. Grain: (forge, repository_id, language, day of a change).
create table if not exists git_languages (
  timestamp timestamp,
  forge symbol,
  repository_id symbol capacity 16384,
  language symbol,
  share double, -- 0…1 of the repository's code
  bytes double, -- null = the forge tells shares only
  is_deleted boolean,
  row_hash long
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, forge, repository_id, language);

-- Who may do what, inherited rights included. Grain: (forge, repository_id, person, day of a change).
create table if not exists git_members (
  timestamp timestamp,
  forge symbol,
  repository_id symbol capacity 16384,
  person symbol capacity 4096,
  access_level long, -- 10 guest, 20 reporter, 30 developer, 40 maintainer, 50 owner
  is_deleted boolean,
  row_hash long
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, forge, repository_id, person);

-- Commits on all branches. Grain: (forge, repository_id, person, week); timestamp = Monday 00:00 UTC of the commit date.
create table if not exists git_commits_weekly (
  timestamp timestamp,
  forge symbol,
  repository_id symbol capacity 16384,
  person symbol capacity 4096, -- of the author's address; '' = robots and addresses that name nobody
  commits long, -- 0 = they were rewritten
  bot_commits long -- of these by robots
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, forge, repository_id, person);

-- Lock files. Grain: (forge, repository_id, path, day of a change).
create table if not exists git_lockfiles (
  timestamp timestamp,
  forge symbol,
  repository_id symbol capacity 16384,
  path varchar,
  kind symbol, -- renv.lock, requirements.txt, pyproject.toml, uv.lock, poetry.lock
  blob_id varchar, -- id of its content and of the parser that read it; its packages are in git_packages
  status symbol, -- ok, parse_error, lfs_pointer, too_large
  problem varchar,
  r_version symbol,
  python_version symbol,
  python_requires varchar, -- a range
  packages long,
  skipped long, -- entries that name no package
  is_deleted boolean,
  row_hash long
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, forge, repository_id, path);

-- Packages of a content of a lock file, whatever repositories hold it: a content never changes. Grain: (blob_id, kind, package,
-- version); timestamp is always 2000-01-01.
create table if not exists git_packages (
  timestamp timestamp,
  blob_id varchar,
  kind symbol,
  language symbol, -- r, python
  package symbol capacity 32768,
  version varchar, -- '' = a range, or none, is given
  version_constraint varchar,
  source symbol, -- cran, bioconductor, github, gitlab, git, pypi, url, local, other
  package_repository varchar -- name or address of the repository of packages, without credentials
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, blob_id, kind, language, package, version);
