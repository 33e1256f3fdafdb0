-- Every run of every poller. Grain: (source, instance, start of the run).
-- outcome: ok; partial (only a part was visible, so nothing missing was closed); refused (the feed looked wrong, the last
-- good one stays); failed (will be tried again); stopped (the ingestor went down in mid-run).
create table if not exists poll_runs (
  timestamp timestamp, -- start of the run
  source symbol,
  instance symbol,
  outcome symbol,
  rows_read long,
  rows_written long,
  duration_seconds double,
  complete boolean,
  error_code symbol,
  error varchar -- without secrets and names
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, source, instance);
