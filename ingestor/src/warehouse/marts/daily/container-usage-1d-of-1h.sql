-- One day of the organisation from its hours, where midnights are whole hours (UTC). Grain: container instance.
-- $1 local midnight, $2 next local midnight, $3 the day as YYYY-MM-DD
insert into container_usage_1d
select $1 as timestamp, $3 as day, *
from (
  select
    container_id,
    last_not_null(node) as node,
    sum(covered_seconds) as covered_seconds,
    sum(alive_seconds) as alive_seconds,
    sum(active_seconds) as active_seconds,
    sum(cpu_requested_core_seconds) as cpu_requested_core_seconds,
    sum(cpu_used_core_seconds) as cpu_used_core_seconds,
    sum(cpu_within_core_seconds) as cpu_within_core_seconds,
    sum(cpu_idle_core_seconds) as cpu_idle_core_seconds,
    sum(cpu_unknown_core_seconds) as cpu_unknown_core_seconds,
    sum(cpu_borrowed_core_seconds) as cpu_borrowed_core_seconds,
    max(cpu_max_cores) as cpu_max_cores,
    sum(memory_covered_seconds) as memory_covered_seconds,
    sum(memory_requested_gb_seconds) as memory_requested_gb_seconds,
    sum(memory_used_gb_seconds) as memory_used_gb_seconds,
    sum(memory_within_gb_seconds) as memory_within_gb_seconds,
    sum(memory_idle_gb_seconds) as memory_idle_gb_seconds,
    sum(memory_unknown_gb_seconds) as memory_unknown_gb_seconds,
    sum(memory_borrowed_gb_seconds) as memory_borrowed_gb_seconds,
    max(memory_max_bytes) as memory_max_bytes
  from container_usage_1h
  where timestamp >= $1 and timestamp < $2
)
