-- The same as usage-by-hour.sql of those whose attributes change in the range, cut at their own days of change. Grain: (segment,
-- person, since when their row of the directory holds, kind, node_type). In core-hours and GB-hours (GB = 2^30 bytes).
-- $1 … $10: people-spans.sql and payers.sql; $11 first instant of each segment as DOUBLE[] in microseconds, $12 excess of each hour
-- (UTC) of each segment, $13 first instant of each segment and each day on which anybody moves, both as DOUBLE[]
-- Hours are summed between these before anything is joined: no such part lies on both sides of somebody's move.
with
-- include ../shared/people-spans.sql
, moved as (
  select distinct person_key from changing where valid_from > $1 and valid_from < $2
),
-- include ../money/payers.sql
, owned as (
  select p.container_id, p.person, p.kind, p.node_type, c.valid_from, c.valid_to
  from payers p
  join moved m on m.person_key = p.person
  join (select * from changing where valid_from < $2 and valid_to > $1) c on c.person_key = p.person
), hours as (
  select
    timestamp, insertion_point($11::double[], timestamp::double) - 2 as segment, hour(timestamp) as hour_of_day,
    insertion_point($13::double[], timestamp::double) as part, container_id,
    cpu_requested_core_seconds, cpu_borrowed_core_seconds, cpu_used_core_seconds, cpu_idle_core_seconds,
    memory_requested_gb_seconds, memory_borrowed_gb_seconds
  from container_usage_1h
  where timestamp >= $1 and timestamp < $2 and alive_seconds > 0 and container_id in (select container_id from owned)
), sums as (
  select
    part,
    segment,
    container_id,
    min(timestamp) as begins,
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
  o.person,
  o.valid_from as since,
  o.kind,
  o.node_type,
  sum(s.cpu_requested) / 3600 as cpu_requested,
  sum(s.cpu_borrowed) / 3600 as cpu_borrowed,
  sum(s.cpu_used) / 3600 as cpu_used,
  sum(s.cpu_idle) / 3600 as cpu_idle,
  sum(s.memory_requested) / 3600 as memory_requested,
  sum(s.memory_borrowed) / 3600 as memory_borrowed
from sums s
join owned o on o.container_id = s.container_id
where s.begins >= o.valid_from and s.begins < o.valid_to
