-- The same as usage-lines.sql of those whose attributes change in the range, cut at their own days of change. Grain: (segment,
-- person, since when their row of the directory holds, kind, image, node_type). In core-hours and GB-hours (GB = 2^30 bytes).
-- $1 … $10: people-spans.sql and payers.sql; $11 first instant of each segment as DOUBLE[] in microseconds, $12 by image
with
-- include ../shared/people-spans.sql
, moved as (
  select distinct person_key from changing where valid_from > $1 and valid_from < $2
),
-- include payers.sql
, owned as (
  select p.container_id, p.person, p.kind, p.image, p.node_type, c.valid_from, c.valid_to
  from payers p
  join moved m on m.person_key = p.person
  join (select * from changing where valid_from < $2 and valid_to > $1) c on c.person_key = p.person
)
select
  insertion_point($11::double[], u.timestamp::double) - 2 as segment,
  o.person,
  o.valid_from as since,
  o.kind,
  case when not $12 then '' else o.image end as image,
  o.node_type,
  sum(u.covered_seconds) / 3600 as covered_hours,
  sum(u.alive_seconds) / 3600 as alive_hours,
  sum(u.cpu_requested_core_seconds) / 3600 as cpu_requested,
  sum(u.cpu_used_core_seconds) / 3600 as cpu_used,
  sum(u.cpu_within_core_seconds) / 3600 as cpu_within,
  sum(u.cpu_idle_core_seconds) / 3600 as cpu_idle,
  sum(u.cpu_unknown_core_seconds) / 3600 as cpu_unknown,
  sum(u.cpu_borrowed_core_seconds) / 3600 as cpu_borrowed,
  sum(u.memory_requested_gb_seconds) / 3600 as memory_requested,
  sum(u.memory_used_gb_seconds) / 3600 as memory_used,
  sum(u.memory_within_gb_seconds) / 3600 as memory_within,
  sum(u.memory_idle_gb_seconds) / 3600 as memory_idle,
  sum(u.memory_unknown_gb_seconds) / 3600 as memory_unknown,
  sum(u.memory_borrowed_gb_seconds) / 3600 as memory_borrowed
from (
  select * from container_usage_1d
  where timestamp >= $1 and timestamp < $2 and alive_seconds > 0 and container_id in (select container_id from owned)
) u
join owned o on o.container_id = u.container_id
where u.timestamp >= o.valid_from and u.timestamp < o.valid_to
