-- The idle-core histogram, many days at a time. Grain: (UTC day, container, bin). $1 from, $2 to.
insert into container_usage_bins_1d
select * from (
  select timestamp_floor('d', timestamp) as timestamp, container_id,
    case when cores < 0.1 then 0 when cores < 0.5 then 1 when cores < 1 then 2 else 2 + floor(cores)::int end as bin,
    sum(1.0 * covered_seconds) as covered, sum(cpu_request_cores * covered_seconds) as requested, sum(cpu_used_core_seconds) as used,
    sum(greatest(cpu_request_cores * covered_seconds - cpu_used_core_seconds, 0.0)) as idle
  from (
    select *, cpu_used_core_seconds / covered_seconds as cores
    from container_usage
    where timestamp >= $1 and timestamp < $2 and covered_seconds > 0
  )
)
