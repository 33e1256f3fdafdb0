-- Step 1 of container_usage: memory by series and bucket. Grain: (series, bucket of five minutes, UTC). Bytes.
-- A bucket's memory is the mean of its samples, over the time that the samples cover.
-- $1 from, $2 to (both with five minutes of margin), $3, $4 ids of container_memory_working_set_bytes
insert into mart_stage_memory
select
  bucket,
  series,
  first_at,
  last_at,
  mean_value,
  highest_value,
  lag(last_at) over (partition by series order by bucket) as previous_at,
  lead(first_at) over (partition by series order by bucket) as next_at
from (
  select
    timestamp_floor('5m', timestamp) as bucket,
    series,
    min(timestamp) as first_at,
    max(timestamp) as last_at,
    avg(value) as mean_value,
    max(value) as highest_value
  from samples
  where timestamp >= $1 and timestamp < $2 and series >= $3 and series <= $4
  order by bucket
)
