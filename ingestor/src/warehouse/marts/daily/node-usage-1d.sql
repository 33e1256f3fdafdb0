-- Nodes by day. Grain: node. Sums of node_usage.
-- $1 local midnight, $2 next local midnight, $3 the day as YYYY-MM-DD
insert into node_usage_1d
select $1 as timestamp, $3 as day, *
from (
  select
    cluster,
    node,
    avg(case when containers > 0 or cpu_allocatable_core_seconds > 0 then containers end) as containers_mean,
    max(containers) as containers_max,
    sum(covered_seconds) as covered_seconds,
    sum(alive_seconds) as alive_seconds,
    sum(cpu_allocatable_core_seconds) as cpu_allocatable_core_seconds,
    sum(cpu_requested_core_seconds) as cpu_requested_core_seconds,
    sum(cpu_infra_idle_core_seconds) as cpu_infra_idle_core_seconds,
    sum(cpu_idle_core_seconds) as cpu_idle_core_seconds,
    sum(cpu_within_core_seconds) as cpu_within_core_seconds,
    sum(cpu_unknown_core_seconds) as cpu_unknown_core_seconds,
    sum(cpu_borrowed_core_seconds) as cpu_borrowed_core_seconds,
    sum(memory_allocatable_gb_seconds) as memory_allocatable_gb_seconds,
    sum(memory_requested_gb_seconds) as memory_requested_gb_seconds,
    sum(memory_infra_idle_gb_seconds) as memory_infra_idle_gb_seconds,
    sum(memory_idle_gb_seconds) as memory_idle_gb_seconds,
    sum(memory_within_gb_seconds) as memory_within_gb_seconds,
    sum(memory_unknown_gb_seconds) as memory_unknown_gb_seconds,
    sum(memory_borrowed_gb_seconds) as memory_borrowed_gb_seconds
  from node_usage
  where timestamp >= $1 and timestamp < $2
)
