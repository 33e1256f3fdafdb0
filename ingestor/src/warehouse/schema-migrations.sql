-- Which migration files were applied. Grain: (name, timestamp of application); checksum = SHA-256 of the file, hex.
create table if not exists schema_migrations (
  timestamp timestamp,
  name symbol,
  checksum varchar,
  applied_by_version varchar
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, name);
