-- Cores that nobody reserved by hour of the day. Grain: (segment, hour UTC, node_type). In core-hours.
-- $1 from, $2 to (local midnights), $3 first instant of each segment as DOUBLE[] in microseconds, $4 only this cluster ('' = all)
with node_types as (
  select cluster, node, node_type from nodes latest on timestamp partition by cluster, node
), sums as (
  select
    insertion_point($3::double[], timestamp::double) as place,
    hour(timestamp) as hour_of_day,
    cluster,
    node,
    sum(cpu_infra_idle_core_seconds) as infra_idle
  from node_usage
  where timestamp >= $1 and timestamp < $2 and ($4 = '' or cluster = $4)
)
select s.place - 2 as segment, s.hour_of_day, coalesce(n.node_type, '') as node_type, sum(s.infra_idle) / 3600 as infra_idle
from sums s
left join node_types n on n.node = s.node and n.cluster = s.cluster
