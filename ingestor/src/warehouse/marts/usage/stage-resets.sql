-- Step 1 of container_usage: where a counter fell between two samples. Grain: the sample after the fall; `timestamp` is its time.
-- Adding the value before a fall inside a bucket to last − first gives the true increase. Most days have no such row. Whether
-- the sample before is of the same bucket is left to container-usage.sql: a second window function here costs twice this one.
-- $1 from, $2 to, $3, $4 ids of container_cpu_usage_seconds_total
insert into mart_stage_resets
select timestamp, series, previous as lost
from (
  select timestamp, series, value, lag(value) over (partition by series order by timestamp) as previous
  from samples
  where timestamp >= $1 and timestamp < $2 and series >= $3 and series <= $4
)
where previous > value
