-- Requested, used and idle core-hours. Grain: (account, since when its attributes hold, period); see owners.sql for $1 … $9.
-- requested = within + idle + unknown; used = within + borrowed: minima and maxima were taken per container and bucket.
-- $10 period: none (one row, start of the range), week or month (of the organisation's time zone, as a day label)
with
-- include ../shared/owners.sql
select
  user_key, since, to_utc(period, $3) as period_start,
  covered / 3600 as container_hours,
  alive / 3600 as alive_hours,
  (covered - active) / 3600 as under_tenth_hours,
  requested / 3600 as requested_core_hours,
  used / 3600 as used_core_hours,
  idle / 3600 as idle_core_hours,
  used_within / 3600 as within_core_hours,
  unknown / 3600 as unknown_core_hours,
  borrowed / 3600 as borrowed_core_hours,
  containers
from (
  select
    o.user_key, o.valid_from as since,
    case
      when $10 = 'week' then timestamp_floor('w', to_timezone(u.timestamp, $3))
      when $10 = 'month' then timestamp_floor('M', to_timezone(u.timestamp, $3))
      else to_timezone($1, $3)
    end as period,
    sum(u.covered_seconds) as covered,
    sum(u.alive_seconds) as alive,
    sum(u.active_seconds) as active,
    sum(u.cpu_requested_core_seconds) as requested,
    sum(u.cpu_used_core_seconds) as used,
    sum(u.cpu_idle_core_seconds) as idle,
    sum(u.cpu_within_core_seconds) as used_within,
    sum(u.cpu_unknown_core_seconds) as unknown,
    sum(u.cpu_borrowed_core_seconds) as borrowed,
    count_distinct(u.container_id) as containers
  from (select * from container_usage_1d where timestamp >= $1 and timestamp < $2 and alive_seconds > 0) u
  join owners o on o.container_id = u.container_id
  where o.valid_from is null or (u.timestamp >= o.valid_from and u.timestamp < o.valid_to)
  group by o.user_key, o.valid_from, period
)
