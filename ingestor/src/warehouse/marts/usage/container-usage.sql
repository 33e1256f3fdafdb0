-- Step 3: container_usage. Grain: (container instance, bucket). Seconds, core-seconds, byte-seconds.
-- A bucket's coverage is what lies between its own samples, plus the part before the first and after the last one that
-- pairs with a neighbour at most five minutes away; a first sample counts from a start at most five minutes before it.
-- (least() passes over NULL, hence the cases.) Alive seconds come from the dimension. Existing rows join with zeros where
-- late data took some back, so that these become 0. Containers are numbers until the end: a union of symbols is grouped as text.
-- A long window is done in parts at the same time: one worker does what follows the joins.
-- $1 from, $2 to (bucket-aligned, UTC; the window or a part of it), $3 chunk, $4 number of buckets, $5 existing rows up to here:
-- $1 = none was taken back, $2 = some were
insert into container_usage
select *
from (
  with map as (
    select * from mart_stage_series where chunk = $3
  ), cpu as (
    select
      stage.timestamp as bucket,
      map.container_no,
      map.coverage_weight,
      first_at,
      datediff('u', first_at, last_at) as inner_us,
      case when datediff('u', previous_at, first_at) <= 300000000 and previous_at >= map.timestamp
        then datediff('u', stage.timestamp, first_at) end as pair_before_us,
      case when map.started_at <= first_at and datediff('u', map.started_at, first_at) <= 300000000
        then datediff('u', map.started_at, first_at) end as start_us,
      datediff('u', previous_at, first_at) as before_gap_us,
      case when first_value >= previous_value then first_value - previous_value else first_value end as before_increase,
      first_value,
      inner_increase + coalesce(resets.lost, 0.0) as inner_increase,
      case when datediff('u', last_at, next_at) <= 300000000 then datediff('u', last_at, next_at) end as after_gap_us,
      300000000 - datediff('u', stage.timestamp, last_at) as after_us,
      case when next_value >= last_value then next_value - last_value else next_value end as after_increase
    from (select * from mart_stage_cpu where timestamp >= $1 and timestamp < $2) stage
    join map on map.series = stage.series
    left join (
      -- a fall at the first sample of a bucket is between buckets: before_increase knows it
      select inside.timestamp, inside.series, sum(falls.lost) as lost
      from mart_stage_cpu inside
      join (select timestamp as at, timestamp_floor('5m', timestamp) as bucket, series, lost from mart_stage_resets) falls
        on falls.series = inside.series and falls.bucket = inside.timestamp
      where inside.timestamp >= $1 and inside.timestamp < $2 and falls.at > inside.first_at
      group by inside.timestamp, inside.series
    ) resets on resets.series = stage.series and resets.timestamp = stage.timestamp
  ), memory as (
    select
      stage.timestamp as bucket,
      map.container_no,
      first_at,
      datediff('u', first_at, last_at) as inner_us,
      case when datediff('u', previous_at, first_at) <= 300000000 and previous_at >= map.timestamp
        then datediff('u', stage.timestamp, first_at) end as pair_before_us,
      case when map.started_at <= first_at and datediff('u', map.started_at, first_at) <= 300000000
        then datediff('u', map.started_at, first_at) end as start_us,
      case when datediff('u', last_at, next_at) <= 300000000
        then 300000000 - datediff('u', stage.timestamp, last_at) else 0 end as after_us,
      mean_value,
      highest_value
    from (select * from mart_stage_memory where timestamp >= $1 and timestamp < $2) stage
    join map on map.series = stage.series
  ), starts as (
    -- first samples whose start lies in the bucket before: few, so they are sought before the join
    select
      dateadd('m', -5, stage.timestamp) as bucket,
      map.container_no,
      map.coverage_weight,
      stage.resource,
      datediff('u', map.started_at, first_at) as start_us,
      datediff('u', map.started_at, first_at) - datediff('u', stage.timestamp, first_at) as before_us,
      amount
    from (
      select timestamp, series, first_at, previous_at, 1 as resource, first_value as amount
      from mart_stage_cpu
      where timestamp > $1 and timestamp < dateadd('m', 5, $2)
        and (previous_at is null or datediff('u', previous_at, first_at) > 300000000)
      union all
      select timestamp, series, first_at, previous_at, 2 as resource, mean_value as amount
      from mart_stage_memory
      where timestamp > $1 and timestamp < dateadd('m', 5, $2)
        and (previous_at is null or datediff('u', previous_at, first_at) > 300000000)
    ) stage
    join map on map.series = stage.series
    where map.started_at < stage.timestamp and datediff('u', map.started_at, first_at) <= 300000000
  ), parts as (
    -- the dimension: alive, requests
    select
      bucket,
      container_no,
      0.0 as covered_us,
      alive_us / 1.0 as alive_us,
      cpu_request_cores * alive_us as cpu_request,
      0.0 as cpu_used,
      0.0 as memory_covered_us,
      memory_request_bytes * alive_us as memory_request,
      0.0 as memory_used,
      null::double as memory_max
    from (
      select
        grid.bucket,
        container_no,
        cpu_request_cores,
        memory_request_bytes,
        datediff('u', greatest(alive.timestamp, grid.bucket), least(alive.until, grid.until)) as alive_us
      from (
        select dateadd('m', 5 * (x - 1)::int, $1) as bucket, dateadd('m', 5 * x::int, $1) as until from long_sequence(320) where x <= $4
      ) grid
      cross join (select * from mart_stage_alive where chunk = $3) alive
      where alive.timestamp < grid.until and alive.until > grid.bucket
    )
    union all
    -- a bucket's own samples and the neighbours that pair with them
    select
      bucket, container_no,
      coverage_weight * (inner_us
        + coalesce(pair_before_us, case when start_us is null then 0 else least(start_us, datediff('u', bucket, first_at)) end)
        + case when after_gap_us is not null then after_us else 0 end) / 1.0,
      0.0, 0.0,
      inner_increase
        + case
            when pair_before_us is not null then before_increase * pair_before_us / before_gap_us
            when start_us > 0 then first_value * least(start_us, datediff('u', bucket, first_at)) / start_us
            else 0.0
          end
        + case when after_gap_us > 0 then after_increase * after_us / after_gap_us else 0.0 end,
      0.0, 0.0, 0.0, null::double
    from cpu
    union all
    select
      bucket, container_no, 0.0, 0.0, 0.0, 0.0,
      (inner_us + coalesce(pair_before_us, case when start_us is null then 0 else least(start_us, datediff('u', bucket, first_at)) end) + after_us) / 1.0,
      0.0,
      mean_value * (inner_us + coalesce(pair_before_us, case when start_us is null then 0 else least(start_us, datediff('u', bucket, first_at)) end) + after_us),
      highest_value
    from memory
    union all
    select
      bucket, container_no,
      case when resource = 1 then coverage_weight * before_us / 1.0 else 0.0 end,
      0.0, 0.0,
      case when resource = 1 then amount * before_us / start_us else 0.0 end,
      case when resource = 2 then before_us / 1.0 else 0.0 end,
      0.0,
      case when resource = 2 then amount * before_us else 0.0 end,
      null::double
    from starts
    union all
    select
      timestamp, container_no,
      case when resource = 'cpu' then covered_seconds * 1000000 else 0.0 end,
      0.0, 0.0,
      case when resource = 'cpu' then amount else 0.0 end,
      case when resource = 'memory' then covered_seconds * 1000000 else 0.0 end,
      0.0,
      case when resource = 'memory' then amount * 1000000 else 0.0 end,
      highest_value
    from mart_stage_pieces
    where chunk = $3 and timestamp >= $1 and timestamp < $2
    union all
    select usage.timestamp, named.container_no, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, null::double
    from (select timestamp, container_id from container_usage where timestamp >= $1 and timestamp < $5) usage
    join (select * from mart_stage_containers where chunk = $3) named on named.container_id = usage.container_id
  ), sums as (
    select
      bucket,
      container_no,
      sum(covered_us) as covered_us,
      sum(alive_us) as alive_us,
      sum(cpu_request) as cpu_request,
      sum(cpu_used) as cpu_used,
      sum(memory_covered_us) as memory_covered_us,
      sum(memory_request) as memory_request,
      sum(memory_used) as memory_used,
      max(memory_max) as memory_max
    from parts
    where bucket >= $1 and bucket < $2
  )
  select
    bucket as timestamp,
    named.container_id,
    named.node,
    least(covered_us, alive_us) / 1000000.0 as covered_seconds,
    alive_us / 1000000.0 as alive_seconds,
    -- a mean that should be the threshold must not fall below it by a rounding error
    covered_us > 0 and alive_us > 0 and cpu_used * 1000000.0 >= (named.active_cores - 0.000000001) * covered_us as is_active,
    case when alive_us > 0 then cpu_request / alive_us else 0.0 end as cpu_request_cores,
    case when covered_us > alive_us then cpu_used * alive_us / covered_us else cpu_used end as cpu_used_core_seconds,
    least(memory_covered_us, alive_us) / 1000000.0 as memory_covered_seconds,
    case when alive_us > 0 then memory_request / alive_us else 0.0 end as memory_request_bytes,
    case when memory_covered_us > alive_us then memory_used / memory_covered_us * alive_us else memory_used end / 1000000.0 as memory_used_byte_seconds,
    memory_max as memory_max_bytes
  from sums
  join (select * from mart_stage_containers where chunk = $3) named on named.container_no = sums.container_no
  order by timestamp
)
