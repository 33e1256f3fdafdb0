-- Raw samples, one row per series and time. Grain: (series, timestamp). `series` is the 64-bit id of the label set:
-- its top 12 bits hash the metric name, the other 52 the whole set, so that one metric is a range of ids.
-- `value` is a double; NaN and infinities are NULL in QuestDB and are counted, not stored. Stale markers go to series_ends.
create table if not exists samples (
  timestamp timestamp,
  series long,
  value double
) timestamp(timestamp) partition by day wal
dedup upsert keys(timestamp, series);

-- What a series is. At least one row per series and UTC month in which it had samples (more after a restart or with
-- several ingestors): read it with `latest on timestamp partition by series`. `timestamp` is the UTC hour of the first
-- sample seen, so that new series are appended. Labels that name a person are pseudonyms.
create table if not exists series (
  timestamp timestamp,
  series long,
  metric symbol capacity 4096,
  job symbol,
  instance symbol capacity 4096,
  cluster symbol,
  namespace symbol,
  node symbol capacity 4096,
  pod symbol capacity 65536,
  container symbol capacity 4096,
  uid symbol capacity 65536,
  labels varchar -- all labels but __name__ as a JSON object, keys sorted
) timestamp(timestamp) partition by month wal
dedup upsert keys(timestamp, series);

-- Stale markers: the sender says that the series ended here (target or pod gone).
create table if not exists series_ends (
  timestamp timestamp,
  series long
) timestamp(timestamp) partition by day wal
dedup upsert keys(timestamp, series);
