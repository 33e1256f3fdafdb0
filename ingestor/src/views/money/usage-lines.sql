-- Usage of containers, summed over the days of a segment. Grain: (segment, person, kind, image, node_type). All in core-hours
-- and GB-hours (GB = 2^30 bytes): requested = within + idle + unknown, used = within + borrowed.
-- $1 … $10: people-spans.sql and payers.sql; those whose attributes change in the range are left out (moved-lines.sql)
-- $11 first instant of each segment as DOUBLE[] in microseconds, $12 by image
-- Summed by container before anything is joined: a year of days becomes one row per container.
with
-- include ../shared/people-spans.sql
, moved as (
  select distinct person_key from changing where valid_from > $1 and valid_from < $2
),
-- include payers.sql
, stayed as (
  select p.container_id, p.person, p.kind, p.image, p.node_type
  from payers p
  left join moved m on m.person_key = p.person
  where m.person_key is null
), sums as (
  select
    insertion_point($11::double[], timestamp::double) as place,
    container_id,
    sum(covered_seconds) as covered,
    sum(alive_seconds) as alive,
    sum(cpu_requested_core_seconds) as cpu_requested,
    sum(cpu_used_core_seconds) as cpu_used,
    sum(cpu_within_core_seconds) as cpu_within,
    sum(cpu_idle_core_seconds) as cpu_idle,
    sum(cpu_unknown_core_seconds) as cpu_unknown,
    sum(cpu_borrowed_core_seconds) as cpu_borrowed,
    sum(memory_requested_gb_seconds) as memory_requested,
    sum(memory_used_gb_seconds) as memory_used,
    sum(memory_within_gb_seconds) as memory_within,
    sum(memory_idle_gb_seconds) as memory_idle,
    sum(memory_unknown_gb_seconds) as memory_unknown,
    sum(memory_borrowed_gb_seconds) as memory_borrowed
  from container_usage_1d
  where timestamp >= $1 and timestamp < $2 and alive_seconds > 0
)
select
  s.place - 2 as segment,
  p.person,
  null::timestamp as since,
  p.kind,
  case when not $12 then '' else p.image end as image,
  p.node_type,
  sum(s.covered) / 3600 as covered_hours,
  sum(s.alive) / 3600 as alive_hours,
  sum(s.cpu_requested) / 3600 as cpu_requested,
  sum(s.cpu_used) / 3600 as cpu_used,
  sum(s.cpu_within) / 3600 as cpu_within,
  sum(s.cpu_idle) / 3600 as cpu_idle,
  sum(s.cpu_unknown) / 3600 as cpu_unknown,
  sum(s.cpu_borrowed) / 3600 as cpu_borrowed,
  sum(s.memory_requested) / 3600 as memory_requested,
  sum(s.memory_used) / 3600 as memory_used,
  sum(s.memory_within) / 3600 as memory_within,
  sum(s.memory_idle) / 3600 as memory_idle,
  sum(s.memory_unknown) / 3600 as memory_unknown,
  sum(s.memory_borrowed) / 3600 as memory_borrowed
from sums s
join stayed p on p.container_id = s.container_id
