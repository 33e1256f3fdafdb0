-- Step 1 of container_usage: counters by series and bucket, with the samples beside the bucket.
-- Grain: (series, bucket of five minutes, UTC). Core-seconds. The inner group-by runs in parallel; window functions see
-- one row per series and bucket only. A counter that falls inside a bucket is mended by stage-resets.sql.
-- $1 from, $2 to (both with five minutes of margin), $3, $4 ids of container_cpu_usage_seconds_total
insert into mart_stage_cpu
select
  bucket,
  series,
  first_at,
  last_at,
  first_value,
  last_value - first_value as inner_increase,
  lag(last_at) over (partition by series order by bucket) as previous_at,
  lag(last_value) over (partition by series order by bucket) as previous_value,
  lead(first_at) over (partition by series order by bucket) as next_at,
  lead(first_value) over (partition by series order by bucket) as next_value,
  last_value
from (
  select
    timestamp_floor('5m', timestamp) as bucket,
    series,
    min(timestamp) as first_at,
    max(timestamp) as last_at,
    first(value) as first_value,
    last(value) as last_value
  from samples
  where timestamp >= $1 and timestamp < $2 and series >= $3 and series <= $4
  order by bucket
)
