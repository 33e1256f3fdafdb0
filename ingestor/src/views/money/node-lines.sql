-- What nodes offered and how much of it nobody reserved, summed over the days of a segment. Grain: (segment, node_type).
-- In core-hours and GB-hours (GB = 2^30 bytes); infra idle = allocatable - requested.
-- $1 from, $2 to (local midnights), $3 first instant of each segment as DOUBLE[] in microseconds, $4 only this cluster ('' = all)
with node_types as (
  select cluster, node, node_type from nodes latest on timestamp partition by cluster, node
), sums as (
  select
    insertion_point($3::double[], timestamp::double) as place,
    cluster,
    node,
    sum(cpu_allocatable_core_seconds) as cpu_allocatable,
    sum(cpu_infra_idle_core_seconds) as cpu_infra_idle,
    sum(memory_allocatable_gb_seconds) as memory_allocatable,
    sum(memory_infra_idle_gb_seconds) as memory_infra_idle
  from node_usage_1d
  where timestamp >= $1 and timestamp < $2 and ($4 = '' or cluster = $4)
)
select
  s.place - 2 as segment,
  coalesce(n.node_type, '') as node_type,
  sum(s.cpu_allocatable) / 3600 as cpu_allocatable,
  sum(s.cpu_infra_idle) / 3600 as cpu_infra_idle,
  sum(s.memory_allocatable) / 3600 as memory_allocatable,
  sum(s.memory_infra_idle) / 3600 as memory_infra_idle
from sums s
left join node_types n on n.node = s.node and n.cluster = s.cluster
