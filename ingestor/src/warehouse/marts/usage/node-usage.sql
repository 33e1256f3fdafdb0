-- Grain: (node, bucket). allocatable = infra idle + idle + within + unknown, in core-seconds and GB-seconds.
-- A node offers all it has in every bucket between its first and last sample of a day; days join at midnight.
-- $1 from, $2 to (bucket-aligned, UTC), $3 number of buckets, $4 start of the UTC day of $1
insert into node_usage
select *
from (
  with offered as (
    select
      grid.bucket,
      nodes.cluster,
      nodes.node,
      cpu_allocatable_cores * 300 as cpu,
      memory_allocatable_bytes * 300 / 1073741824.0 as memory
    from (select dateadd('m', 5 * (x - 1)::int, $1) as bucket from long_sequence(288) where x <= $3) grid
    cross join (select * from nodes where timestamp >= $4 and timestamp < $2) nodes
    where timestamp_floor('d', grid.bucket) = nodes.timestamp
      and grid.bucket >= timestamp_floor('5m', first_seen_at) and grid.bucket < last_seen_at
  ), used as (
    -- summed before the union, which would turn symbols into text
    select
      usage.timestamp as bucket,
      dimension.cluster,
      usage.node,
      count() as containers,
      sum(1.0 * covered_seconds) as covered,
      sum(1.0 * alive_seconds) as alive,
      sum(usage.cpu_request_cores * alive_seconds) as cpu_requested,
      sum(greatest(usage.cpu_request_cores * covered_seconds - cpu_used_core_seconds, 0.0)) as cpu_idle,
      sum(least(cpu_used_core_seconds, usage.cpu_request_cores * covered_seconds)) as cpu_within,
      sum(usage.cpu_request_cores * (alive_seconds - covered_seconds)) as cpu_unknown,
      sum(greatest(cpu_used_core_seconds - usage.cpu_request_cores * covered_seconds, 0.0)) as cpu_borrowed,
      sum(usage.memory_request_bytes * alive_seconds) / 1073741824.0 as memory_requested,
      sum(greatest(usage.memory_request_bytes * memory_covered_seconds - memory_used_byte_seconds, 0.0)) / 1073741824.0 as memory_idle,
      sum(least(memory_used_byte_seconds, usage.memory_request_bytes * memory_covered_seconds)) / 1073741824.0 as memory_within,
      sum(usage.memory_request_bytes * (alive_seconds - memory_covered_seconds)) / 1073741824.0 as memory_unknown,
      sum(greatest(memory_used_byte_seconds - usage.memory_request_bytes * memory_covered_seconds, 0.0)) / 1073741824.0 as memory_borrowed
    from (select * from container_usage where timestamp >= $1 and timestamp < $2 and alive_seconds > 0 and node is not null) usage
    join (select container_id, cluster from containers) dimension on dimension.container_id = usage.container_id
    group by usage.timestamp, dimension.cluster, usage.node
  ), parts as (
    select
      bucket, cluster, node, containers, covered, alive,
      0.0 as cpu_offered, cpu_requested, cpu_idle, cpu_within, cpu_unknown, cpu_borrowed,
      0.0 as memory_offered, memory_requested, memory_idle, memory_within, memory_unknown, memory_borrowed
    from used
    union all
    select bucket, cluster, node, 0, 0.0, 0.0, cpu, 0.0, 0.0, 0.0, 0.0, 0.0, memory, 0.0, 0.0, 0.0, 0.0, 0.0
    from offered
    union all
    select timestamp, cluster, node, 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    from node_usage
    where timestamp >= $1 and timestamp < $2
  ), sums as (
    select
      bucket, cluster, node,
      sum(containers) as containers, sum(covered) as covered, sum(alive) as alive,
      sum(cpu_offered) as cpu_offered, sum(cpu_requested) as cpu_requested, sum(cpu_idle) as cpu_idle, sum(cpu_within) as cpu_within,
      sum(cpu_unknown) as cpu_unknown, sum(cpu_borrowed) as cpu_borrowed,
      sum(memory_offered) as memory_offered, sum(memory_requested) as memory_requested, sum(memory_idle) as memory_idle,
      sum(memory_within) as memory_within, sum(memory_unknown) as memory_unknown, sum(memory_borrowed) as memory_borrowed
    from parts
  )
  select
    bucket as timestamp,
    cluster,
    node,
    containers,
    covered as covered_seconds,
    alive as alive_seconds,
    cpu_offered as cpu_allocatable_core_seconds,
    cpu_requested as cpu_requested_core_seconds,
    cpu_offered - cpu_requested as cpu_infra_idle_core_seconds,
    cpu_idle as cpu_idle_core_seconds,
    cpu_within as cpu_within_core_seconds,
    cpu_unknown as cpu_unknown_core_seconds,
    cpu_borrowed as cpu_borrowed_core_seconds,
    memory_offered as memory_allocatable_gb_seconds,
    memory_requested as memory_requested_gb_seconds,
    memory_offered - memory_requested as memory_infra_idle_gb_seconds,
    memory_idle as memory_idle_gb_seconds,
    memory_within as memory_within_gb_seconds,
    memory_unknown as memory_unknown_gb_seconds,
    memory_borrowed as memory_borrowed_gb_seconds
  from sums
  order by timestamp
)
