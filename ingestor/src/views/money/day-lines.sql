-- Usage of containers by day (segment) and by the department of who pays, whoever that is. Grain: (segment, kind, has a person,
-- department, node_type). In core-hours and GB-hours (GB = 2^30 bytes).
-- $1 … $10: people-spans.sql (with $4 false there are no departments) and payers.sql
-- $11 first instant of each segment as DOUBLE[] in microseconds
with
-- include ../shared/people-spans.sql
,
-- include payers.sql
, owned as (
  select p.container_id, p.kind, p.person is not null as has_person, p.node_type, s.department, s.valid_from, s.valid_to
  from payers p
  left join (select * from spans where valid_from < $2 and valid_to > $1) s on s.person_key = p.person
)
select
  insertion_point($11::double[], u.timestamp::double) - 2 as segment,
  o.kind,
  o.has_person,
  o.department,
  o.node_type,
  sum(u.cpu_requested_core_seconds) / 3600 as cpu_requested,
  sum(u.cpu_used_core_seconds) / 3600 as cpu_used,
  sum(u.cpu_borrowed_core_seconds) / 3600 as cpu_borrowed,
  sum(u.memory_requested_gb_seconds) / 3600 as memory_requested,
  sum(u.memory_used_gb_seconds) / 3600 as memory_used,
  sum(u.memory_borrowed_gb_seconds) / 3600 as memory_borrowed
from (select * from container_usage_1d where timestamp >= $1 and timestamp < $2 and alive_seconds > 0) u
join owned o on o.container_id = u.container_id
where o.valid_from is null or (u.timestamp >= o.valid_from and u.timestamp < o.valid_to)
