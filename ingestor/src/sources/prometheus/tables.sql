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

-- When a counter's or histogram's series started counting (remote-write 2.0 created or start timestamps).
-- Grain: (series, start); written when it changes.
create table if not exists series_starts (
  timestamp timestamp, -- the start itself
  series long
) timestamp(timestamp) partition by month wal
dedup upsert keys(timestamp, series);

-- Native histograms, one row per series and time; counts since the start of the series unless reset_hint is 'gauge'.
-- `schema` -4 to 8: exponential buckets of growth 2^(2^-schema); -53: custom buckets.
create table if not exists histograms (
  timestamp timestamp,
  series long,
  count double,
  sum double,
  schema int,
  zero_threshold double,
  zero_count double,
  reset_hint symbol, -- unknown, yes, no, gauge
  is_float boolean
) timestamp(timestamp) partition by day wal
dedup upsert keys(timestamp, series);

-- The populated buckets of native histograms, absolute counts (not cumulative). Grain: (series, timestamp, side, bucket).
-- (lower, upper] on the positive side, mirrored on the negative; NULL is an infinite bound.
create table if not exists histogram_buckets (
  timestamp timestamp,
  series long,
  side symbol, -- positive, negative
  bucket int,
  lower double,
  upper double,
  count double
) timestamp(timestamp) partition by day wal
dedup upsert keys(timestamp, series, side, bucket);

-- Exemplars: single observations, usually with the trace they come from. Grain: (series, timestamp, trace_id).
create table if not exists exemplars (
  timestamp timestamp,
  series long,
  value double,
  trace_id varchar, -- label trace_id or traceID, empty without one
  labels varchar -- the exemplar's own labels as a JSON object
) timestamp(timestamp) partition by day wal
dedup upsert keys(timestamp, series, trace_id);

-- What senders say about metrics; a row when it changes. Read with `latest on timestamp partition by metric`.
create table if not exists metric_metadata (
  timestamp timestamp, -- when the ingestor saw it
  metric symbol capacity 4096,
  type symbol, -- unknown, counter, gauge, histogram, gaugehistogram, summary, info, stateset
  help varchar,
  unit varchar
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, metric);

-- Samples that were received and not stored, by minute of receipt. `metric` is '(other)' beyond 1,000 kinds a minute,
-- `reason` as in the counters. Rows are cumulative within their minute and per ingestor: sum over them.
create table if not exists ingest_rejections (
  timestamp timestamp, -- start of the minute
  job symbol,
  metric symbol capacity 4096,
  reason symbol,
  ingestor symbol,
  count long
) timestamp(timestamp) partition by month wal
dedup upsert keys(timestamp, job, metric, reason, ingestor);

-- Which of several Prometheus replicas is listened to: claims and signs of life. The replica with the earliest
-- elected_at among those seen within the fail-over time is the elected one, on every ingestor.
create table if not exists ha_elections (
  timestamp timestamp, -- last seen
  cluster symbol,
  replica symbol,
  elected_at timestamp
) timestamp(timestamp) partition by month wal
dedup upsert keys(timestamp, cluster, replica);
