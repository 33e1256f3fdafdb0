-- Covered container-hours by the cores requested, in the bins of query.sql, and hours alive (coverage).
-- Grain: (account, since when its attributes hold, bin); see owners.sql for $1 … $9. A container and day counts with its mean request.
with
-- include ../shared/owners.sql
select
  o.user_key, o.valid_from as since, u.bin,
  sum(u.covered_seconds) / 3600 as requested_container_hours,
  sum(u.alive_seconds) / 3600 as alive_hours
from (
  select
    timestamp, container_id, covered_seconds, alive_seconds,
    case when cores < 0.1 then 0 when cores < 0.5 then 1 when cores < 1 then 2 else 2 + floor(cores)::int end as bin
  from (
    -- a mean that should be a whole number must not fall below its bin by a rounding error
    select timestamp, container_id, covered_seconds, alive_seconds, round(cpu_requested_core_seconds / alive_seconds, 6) as cores
    from container_usage_1d
    where timestamp >= $1 and timestamp < $2 and alive_seconds > 0
  )
) u
join owners o on o.container_id = u.container_id
where o.valid_from is null or (u.timestamp >= o.valid_from and u.timestamp < o.valid_to)
group by o.user_key, o.valid_from, u.bin
