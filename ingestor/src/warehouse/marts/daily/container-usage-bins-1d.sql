-- The idle-core histogram of a day. Grain: (container instance, bin). Bins are closed below; see tables.sql.
-- Existing rows join with zeros, so that a bin that late data emptied becomes 0.
-- $1 local midnight, $2 next local midnight
insert into container_usage_bins_1d
select $1 as timestamp, container_id, bin, covered_seconds, cpu_requested_core_seconds, cpu_used_core_seconds, cpu_idle_core_seconds
from (
  select container_id, bin, sum(covered) as covered_seconds, sum(requested) as cpu_requested_core_seconds, sum(used) as cpu_used_core_seconds, sum(idle) as cpu_idle_core_seconds
  from (
    select
      container_id,
      case when cores < 0.1 then 0 when cores < 0.5 then 1 when cores < 1 then 2 else 2 + floor(cores)::int end as bin,
      covered,
      requested,
      used,
      idle
    from (
      -- a mean that should be a whole number must not fall below its bin by a rounding error
      select
        container_id,
        1.0 * covered_seconds as covered,
        cpu_request_cores * covered_seconds as requested,
        cpu_used_core_seconds as used,
        greatest(cpu_request_cores * covered_seconds - cpu_used_core_seconds, 0.0) as idle,
        round(cpu_used_core_seconds / covered_seconds, 9) as cores
      from container_usage
      where timestamp >= $1 and timestamp < $2 and covered_seconds > 0
    )
    union all
    select container_id, bin, 0.0 as covered, 0.0 as requested, 0.0 as used, 0.0 as idle
    from container_usage_bins_1d
    where timestamp = $1
  )
  group by container_id, bin
)
