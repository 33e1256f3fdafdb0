-- Usage of containers by hour of the day, summed over the days of a segment. Grain: (segment, hour UTC, person, kind, node_type).
-- In core-hours and GB-hours (GB = 2^30 bytes). Where hours are no longer kept there is no row: usage-lines.sql has their days.
-- $1 from, $2 to (local midnights), $3 first instant of each segment as DOUBLE[] in microseconds
-- $4 'all' people, those who 'moved' (have a row in `people` after day label $5 and before $6), or those who 'stayed'
-- $7 only this person ('' = all); only $8 kind, $9 cluster, $10 component, $11 image, $12 node ('' = all)
with moved as (
  select distinct person_key from people where timestamp > $5 and timestamp < $6
), node_types as (
  select cluster, node, node_type from nodes latest on timestamp partition by cluster, node
), dimension as (
  select c.container_id, c.user_key, c.kind, n.node_type
  from (
    select container_id, user_key, kind, cluster, node
    from containers
    where ($7 = '' or user_key = $7)
      and ($8 = '' or kind = $8) and ($9 = '' or cluster = $9) and ($10 = '' or component = $10)
      and ($11 = '' or image = $11) and ($12 = '' or node = $12)
  ) c
  left join moved m on m.person_key = c.user_key
  left join node_types n on n.node = c.node and n.cluster = c.cluster
  where $4 = 'all' or ($4 = 'moved' and m.person_key is not null) or ($4 = 'stayed' and m.person_key is null)
), sums as (
  select
    insertion_point($3::double[], timestamp::double) as place,
    hour(timestamp) as hour_of_day,
    container_id,
    sum(cpu_requested_core_seconds) + sum(cpu_borrowed_core_seconds) as cpu_reserved,
    sum(cpu_used_core_seconds) as cpu_used,
    sum(cpu_idle_core_seconds) as cpu_idle,
    sum(memory_requested_gb_seconds) + sum(memory_borrowed_gb_seconds) as memory_reserved
  from container_usage_1h
  where timestamp >= $1 and timestamp < $2 and alive_seconds > 0
)
select
  s.place - 2 as segment,
  s.hour_of_day,
  d.user_key as person,
  d.kind,
  coalesce(d.node_type, '') as node_type,
  sum(s.cpu_reserved) / 3600 as reserved_cores,
  sum(s.cpu_used) / 3600 as used_cores,
  sum(s.cpu_idle) / 3600 as idle_cores,
  sum(s.memory_reserved) / 3600 as gb
from sums s
join dimension d on d.container_id = s.container_id
