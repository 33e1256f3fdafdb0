-- Days of nodes. Grain: (UTC day, node). $1 from, $2 to.
insert into node_usage_1d
select * from (
  select
    timestamp_floor('d', timestamp) as timestamp, to_str(timestamp_floor('d', timestamp), 'yyyy-MM-dd') as day, cluster, node,
    avg(containers) as containers_mean, max(containers) as containers_max, sum(covered_seconds) as covered, sum(alive_seconds) as alive,
    sum(cpu_allocatable_core_seconds) as cpu_allocatable, sum(cpu_requested_core_seconds) as cpu_requested,
    sum(cpu_infra_idle_core_seconds) as cpu_infra, sum(cpu_idle_core_seconds) as cpu_idle, sum(cpu_within_core_seconds) as cpu_within,
    sum(cpu_unknown_core_seconds) as cpu_unknown, sum(cpu_borrowed_core_seconds) as cpu_borrowed,
    sum(memory_allocatable_gb_seconds) as memory_allocatable, sum(memory_requested_gb_seconds) as memory_requested,
    sum(memory_infra_idle_gb_seconds) as memory_infra, sum(memory_idle_gb_seconds) as memory_idle, sum(memory_within_gb_seconds) as memory_within,
    sum(memory_unknown_gb_seconds) as memory_unknown, sum(memory_borrowed_gb_seconds) as memory_borrowed
  from node_usage
  where timestamp >= $1 and timestamp < $2
)
