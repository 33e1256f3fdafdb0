-- How much more the hours of containers weigh than at the mean of their day: sum of hours × (intensity of the hour ÷ mean - 1).
-- Grain: (segment, person, kind, node_type). In core-hours and GB-hours (GB = 2^30 bytes). Hours that are not kept weigh as the mean.
-- $1 … $10: people-spans.sql and payers.sql; those whose attributes change in the range are left out (moved-by-hour.sql)
-- $11 first instant of each segment as DOUBLE[] in microseconds, $12 excess of each hour (UTC) of each segment as DOUBLE[]
with
-- include ../shared/people-spans.sql
, moved as (
  select distinct person_key from changing where valid_from > $1 and valid_from < $2
),
-- include ../money/payers.sql
, stayed as (
  select p.container_id, p.person, p.kind, p.node_type
  from payers p
  left join moved m on m.person_key = p.person
  where m.person_key is null
), hours as (
  select
    insertion_point($11::double[], timestamp::double) - 2 as segment, hour(timestamp) as hour_of_day, container_id,
    cpu_requested_core_seconds, cpu_borrowed_core_seconds, cpu_used_core_seconds, cpu_idle_core_seconds,
    memory_requested_gb_seconds, memory_borrowed_gb_seconds
  from container_usage_1h
  where timestamp >= $1 and timestamp < $2 and alive_seconds > 0
), sums as (
  select
    segment,
    container_id,
    sum(cpu_requested_core_seconds * ($12::double[])[segment * 24 + hour_of_day + 1]) as cpu_requested,
    sum(cpu_borrowed_core_seconds * ($12::double[])[segment * 24 + hour_of_day + 1]) as cpu_borrowed,
    sum(cpu_used_core_seconds * ($12::double[])[segment * 24 + hour_of_day + 1]) as cpu_used,
    sum(cpu_idle_core_seconds * ($12::double[])[segment * 24 + hour_of_day + 1]) as cpu_idle,
    sum(memory_requested_gb_seconds * ($12::double[])[segment * 24 + hour_of_day + 1]) as memory_requested,
    sum(memory_borrowed_gb_seconds * ($12::double[])[segment * 24 + hour_of_day + 1]) as memory_borrowed
  from hours
)
select
  s.segment,
  p.person,
  null::timestamp as since,
  p.kind,
  p.node_type,
  sum(s.cpu_requested) / 3600 as cpu_requested,
  sum(s.cpu_borrowed) / 3600 as cpu_borrowed,
  sum(s.cpu_used) / 3600 as cpu_used,
  sum(s.cpu_idle) / 3600 as cpu_idle,
  sum(s.memory_requested) / 3600 as memory_requested,
  sum(s.memory_borrowed) / 3600 as memory_borrowed
from sums s
join stayed p on p.container_id = s.container_id
