-- Nodes and what of them lies idle. Grain: (cluster, node). Core-hours; whole days of the organisation.
-- $1 from, $2 to (local midnights); only $3 cluster ('' = all)
with types as (
  select cluster, node, last_seen_at, node_type, cpu_allocatable_cores
  from nodes
  latest on timestamp partition by cluster, node
), hours as (
  select
    cluster, node,
    max(containers_max) as containers_max,
    sum(cpu_allocatable_core_seconds) / 3600 as allocatable_core_hours,
    sum(cpu_requested_core_seconds) / 3600 as requested_core_hours,
    sum(cpu_infra_idle_core_seconds) / 3600 as infra_idle_core_hours,
    sum(cpu_idle_core_seconds) / 3600 as workload_idle_core_hours,
    sum(cpu_unknown_core_seconds) / 3600 as unknown_core_hours,
    sum(covered_seconds) as covered_seconds,
    sum(alive_seconds) as alive_seconds
  from node_usage_1d
  where timestamp >= $1 and timestamp < $2 and ($3 = '' or cluster = $3)
)
select h.*, t.node_type, t.last_seen_at, t.cpu_allocatable_cores as allocatable_cores
from hours h
left join types t on t.cluster = h.cluster and t.node = h.node
order by h.cluster, h.node
