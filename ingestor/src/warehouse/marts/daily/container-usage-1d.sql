-- One day of the organisation, 23 to 25 hours. Grain: container instance. Every minimum and maximum is taken per bucket.
-- $1 local midnight, $2 next local midnight, $3 the day as YYYY-MM-DD
insert into container_usage_1d
select $1 as timestamp, $3 as day, *
from (
  select
    container_id,
    last_not_null(node) as node,
    sum(covered_seconds) as covered_seconds,
    sum(alive_seconds) as alive_seconds,
    sum(case when is_active then 1.0 * covered_seconds else 0.0 end) as active_seconds,
    sum(cpu_request_cores * alive_seconds) as cpu_requested_core_seconds,
    sum(cpu_used_core_seconds) as cpu_used_core_seconds,
    sum(least(cpu_used_core_seconds, cpu_request_cores * covered_seconds)) as cpu_within_core_seconds,
    sum(greatest(cpu_request_cores * covered_seconds - cpu_used_core_seconds, 0.0)) as cpu_idle_core_seconds,
    sum(cpu_request_cores * (alive_seconds - covered_seconds)) as cpu_unknown_core_seconds,
    sum(greatest(cpu_used_core_seconds - cpu_request_cores * covered_seconds, 0.0)) as cpu_borrowed_core_seconds,
    max(case when covered_seconds > 0 then cpu_used_core_seconds / covered_seconds end) as cpu_max_cores,
    sum(memory_covered_seconds) as memory_covered_seconds,
    sum(memory_request_bytes * alive_seconds) / 1073741824.0 as memory_requested_gb_seconds,
    sum(memory_used_byte_seconds) / 1073741824.0 as memory_used_gb_seconds,
    sum(least(memory_used_byte_seconds, memory_request_bytes * memory_covered_seconds)) / 1073741824.0 as memory_within_gb_seconds,
    sum(greatest(memory_request_bytes * memory_covered_seconds - memory_used_byte_seconds, 0.0)) / 1073741824.0 as memory_idle_gb_seconds,
    sum(memory_request_bytes * (alive_seconds - memory_covered_seconds)) / 1073741824.0 as memory_unknown_gb_seconds,
    sum(greatest(memory_used_byte_seconds - memory_request_bytes * memory_covered_seconds, 0.0)) / 1073741824.0 as memory_borrowed_gb_seconds,
    max(memory_max_bytes) as memory_max_bytes
  from container_usage
  where timestamp >= $1 and timestamp < $2
)
