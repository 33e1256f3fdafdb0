-- What registries of packages offer. Dated rows: `timestamp` is the UTC day of the poll that found a change; a row holds until the next
-- of its key; read with `latest on timestamp partition by server, repository, language, package`. Nothing that is gone is removed.

-- Newest version of a package. Grain: (server, repository, language, package, day of a change).
create table if not exists package_registry (
  timestamp timestamp,
  server symbol,
  repository symbol capacity 1024,
  language symbol, -- r, python
  package symbol capacity 65536, -- Python names as PEP 503 has them
  version varchar, -- '' = the registry does not say
  is_internal boolean, -- from a source of one's own (local, git), not from CRAN, Bioconductor or PyPI
  is_deleted boolean
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, server, repository, language, package);

-- Servers and what they can do, by asking. Grain: (server, day of a change).
create table if not exists package_servers (
  timestamp timestamp,
  server symbol,
  version varchar, -- of the server; null = it does not say
  r_versions varchar, -- JSON array of minor releases it builds for; null = it does not say
  capabilities varchar, -- JSON array: status, repos, sources, packages, downloads
  row_hash long
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, server);
