-- Days of containers from their hours, many at a time (the ingestor does one). Grain: (UTC day, container). $1 from, $2 to.
insert into container_usage_1d
select * from (
  select
    timestamp_floor('d', timestamp) as timestamp, to_str(timestamp_floor('d', timestamp), 'yyyy-MM-dd') as day, container_id,
    last_not_null(node) as node,
    sum(covered_seconds) as covered_seconds, sum(alive_seconds) as alive_seconds, sum(active_seconds) as active_seconds,
    sum(cpu_requested_core_seconds) as cpu_requested, sum(cpu_used_core_seconds) as cpu_used,
    sum(cpu_within_core_seconds) as cpu_within, sum(cpu_idle_core_seconds) as cpu_idle,
    sum(cpu_unknown_core_seconds) as cpu_unknown, sum(cpu_borrowed_core_seconds) as cpu_borrowed,
    max(cpu_max_cores) as cpu_max, sum(memory_covered_seconds) as memory_covered,
    sum(memory_requested_gb_seconds) as memory_requested, sum(memory_used_gb_seconds) as memory_used,
    sum(memory_within_gb_seconds) as memory_within, sum(memory_idle_gb_seconds) as memory_idle,
    sum(memory_unknown_gb_seconds) as memory_unknown, sum(memory_borrowed_gb_seconds) as memory_borrowed,
    max(memory_max_bytes) as memory_max
  from container_usage_1h
  where timestamp >= $1 and timestamp < $2
)
