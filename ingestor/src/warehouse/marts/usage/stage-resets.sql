-- Step 1 of container_usage: where a counter fell between two samples of one bucket. Grain: the sample after the fall.
-- Adding the value before the fall to last − first gives the true increase. Most days have no such row.
-- $1 from, $2 to, $3, $4 ids of container_cpu_usage_seconds_total
insert into mart_stage_resets
select timestamp_floor('5m', timestamp) as timestamp, series, previous as lost
from (
  select timestamp, series, value, lag(value) over (partition by series order by timestamp) as previous,
    lag(timestamp) over (partition by series order by timestamp) as previous_at
  from samples
  where timestamp >= $1 and timestamp < $2 and series between $3 and $4
)
where previous > value and previous_at >= timestamp_floor('5m', timestamp)
