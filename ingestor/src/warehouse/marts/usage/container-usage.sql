-- Step 3: container_usage. Grain: (container instance, bucket). Seconds, core-seconds, byte-seconds.
-- A bucket's coverage is what lies between its own samples, plus the part before the first and after the last one that
-- pairs with a neighbour at most five minutes away; a first sample counts from a start at most five minutes before it.
-- (least() passes over NULL, hence the cases.) Alive seconds come from the dimension. Existing rows join with zeros, so that what late data took back becomes 0.
-- $1 from, $2 to (bucket-aligned, UTC), $3 chunk, $4 number of buckets
insert into container_usage
select *
from (
  with cpu as (
    select
      stage.timestamp as bucket,
      map.container_id,
      map.coverage_weight,
      map.started_at,
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
    from mart_stage_cpu stage
    join (select * from mart_stage_series where chunk = $3) map on map.series = stage.series
    left join (select timestamp, series, sum(lost) as lost from mart_stage_resets) resets
      on resets.series = stage.series and resets.timestamp = stage.timestamp
  ), memory as (
    select
      stage.timestamp as bucket,
      map.container_id,
      map.started_at,
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
    from mart_stage_memory stage
    join (select * from mart_stage_series where chunk = $3) map on map.series = stage.series
  ), parts as (
    -- the dimension: alive, requests, node
    select
      grid.bucket,
      alive.container_id,
      alive.node,
      0.0 as covered_us,
      datediff('u', greatest(alive.timestamp, grid.bucket), least(alive.until, dateadd('m', 5, grid.bucket))) / 1.0 as alive_us,
      cpu_request_cores * datediff('u', greatest(alive.timestamp, grid.bucket), least(alive.until, dateadd('m', 5, grid.bucket))) as cpu_request,
      0.0 as cpu_used,
      0.0 as memory_covered_us,
      memory_request_bytes * datediff('u', greatest(alive.timestamp, grid.bucket), least(alive.until, dateadd('m', 5, grid.bucket))) as memory_request,
      0.0 as memory_used,
      null::double as memory_max
    from (select dateadd('m', 5 * (x - 1)::int, $1) as bucket from long_sequence(288) where x <= $4) grid
    cross join (select * from mart_stage_alive where chunk = $3) alive
    where alive.timestamp < dateadd('m', 5, grid.bucket) and alive.until > grid.bucket
    union all
    -- a bucket's own samples and the neighbours that pair with them
    select
      bucket, container_id, null::symbol,
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
    -- a start in the bucket before that of the first sample
    select
      dateadd('m', -5, bucket), container_id, null::symbol,
      coverage_weight * (start_us - datediff('u', bucket, first_at)) / 1.0,
      0.0, 0.0,
      first_value * (start_us - datediff('u', bucket, first_at)) / start_us,
      0.0, 0.0, 0.0, null::double
    from cpu
    where pair_before_us is null and start_us > datediff('u', bucket, first_at)
    union all
    select
      bucket, container_id, null::symbol, 0.0, 0.0, 0.0, 0.0,
      (inner_us + coalesce(pair_before_us, case when start_us is null then 0 else least(start_us, datediff('u', bucket, first_at)) end) + after_us) / 1.0,
      0.0,
      mean_value * (inner_us + coalesce(pair_before_us, case when start_us is null then 0 else least(start_us, datediff('u', bucket, first_at)) end) + after_us),
      highest_value
    from memory
    union all
    select
      dateadd('m', -5, bucket), container_id, null::symbol, 0.0, 0.0, 0.0, 0.0,
      (start_us - datediff('u', bucket, first_at)) / 1.0,
      0.0,
      mean_value * (start_us - datediff('u', bucket, first_at)),
      null::double
    from memory
    where pair_before_us is null and start_us > datediff('u', bucket, first_at)
    union all
    select
      timestamp, container_id, null::symbol,
      case when resource = 'cpu' then covered_seconds * 1000000 else 0.0 end,
      0.0, 0.0,
      case when resource = 'cpu' then amount else 0.0 end,
      case when resource = 'memory' then covered_seconds * 1000000 else 0.0 end,
      0.0,
      case when resource = 'memory' then amount * 1000000 else 0.0 end,
      highest_value
    from mart_stage_pieces
    where chunk = $3
    union all
    select timestamp, container_id, node, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, null::double
    from container_usage
    where timestamp >= $1 and timestamp < $2
  ), sums as (
    select
      bucket,
      container_id,
      first_not_null(node) as node,
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
    container_id,
    node,
    least(covered_us, alive_us) / 1000000.0 as covered_seconds,
    alive_us / 1000000.0 as alive_seconds,
    case when alive_us > 0 then cpu_request / alive_us else 0.0 end as cpu_request_cores,
    case when covered_us > alive_us then cpu_used * alive_us / covered_us else cpu_used end as cpu_used_core_seconds,
    least(memory_covered_us, alive_us) / 1000000.0 as memory_covered_seconds,
    case when alive_us > 0 then memory_request / alive_us else 0.0 end as memory_request_bytes,
    case when memory_covered_us > alive_us then memory_used / memory_covered_us * alive_us else memory_used end / 1000000.0 as memory_used_byte_seconds,
    memory_max as memory_max_bytes
  from sums
  order by timestamp
)
