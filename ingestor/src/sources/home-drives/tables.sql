-- Home and project drives as quota reports and du tell. Dated snapshots: each is complete; read the newest of a store with its mark in
-- home_snapshots. No paths and no file names are stored.

-- Drives. Grain: (store, day of the report, drive, content of the report).
create table if not exists home_drives (
  timestamp timestamp, -- day label (midnight UTC of the local day)
  store symbol, -- name of the report in the configuration
  drive symbol capacity 8192, -- code of the account or path
  snapshot long, -- hash of the report: one that is delivered again is another
  owner symbol capacity 4096, -- person key; null = a project's, or nobody known
  account_state symbol, -- known; gone (a number without a name: the account was removed); shared (of a project)
  used_bytes double, -- null = could not be read
  soft_limit_bytes double, -- null = none
  hard_limit_bytes double, -- null = none
  files long,
  changed_on timestamp, -- UTC day of the newest change; du only
  is_partial boolean -- parts could not be read: the bytes are a lower bound
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, store, drive, snapshot);

-- Complete snapshots: written after their drives. Grain: (store, day of the report); the newest report of a day counts.
create table if not exists home_snapshots (
  timestamp timestamp, -- day label
  store symbol,
  snapshot long,
  drives long,
  used_bytes double,
  invalid_rows long
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, store);
