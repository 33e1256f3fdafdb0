-- Usage of containers, summed over the days of a segment. Grain: (segment, person, kind, image, node_type). All in core-hours
-- and GB-hours (GB = 2^30 bytes): requested = within + idle + unknown, used = within + borrowed.
-- $1 from, $2 to (local midnights), $3 first instant of each segment as DOUBLE[] in microseconds
-- $4 'all' people, those who 'moved' (have a row in `people` after day label $5 and before $6), or those who 'stayed'
-- $7 only this person ('' = all), $8 by image; only $9 kind, $10 cluster, $11 component, $12 image, $13 node ('' = all)
-- Summed by container before anything is joined: a year of days becomes one row per container.
-- A container of Connect is paid by the owner of the content whose job it ran (connect_jobs.pod_owner).
with moved as (
  select distinct person_key from people where timestamp > $5 and timestamp < $6
), node_types as (
  select cluster, node, node_type from nodes latest on timestamp partition by cluster, node
), jobs as (
  select pod_owner, last(server) as server, last(content_guid) as content_guid
  from connect_jobs
  where pod_owner is not null and timestamp < $2
), aliases as (
  select key, person_key from (select key, person_key from identities latest on timestamp partition by key) where key <> person_key
), runs as (
  select jobs.pod_owner, coalesce(aliases.person_key, items.owner) as owner
  from jobs
  join (select server, content_guid, owner from connect_content latest on timestamp partition by server, content_guid) items
    on items.content_guid = jobs.content_guid and items.server = jobs.server
  left join aliases on aliases.key = items.owner
), payers as (
  select c.container_id, coalesce(c.user_key, runs.owner)::symbol as user_key, c.kind, c.image, c.cluster, c.node
  from (
    select container_id, user_key, kind, image, cluster, node, case when kind = 'connect' then owner_name end as pod_owner
    from containers
    where ($7 = '' or user_key = $7 or (kind = 'connect' and user_key is null))
      and ($9 = '' or kind = $9) and ($10 = '' or cluster = $10) and ($11 = '' or component = $11)
      and ($12 = '' or image = $12) and ($13 = '' or node = $13)
  ) c
  left join runs on runs.pod_owner = c.pod_owner
), dimension as (
  select c.container_id, c.user_key, c.kind, c.image, n.node_type
  from (select * from payers where $7 = '' or user_key = $7) c
  left join moved m on m.person_key = c.user_key
  left join node_types n on n.node = c.node and n.cluster = c.cluster
  where $4 = 'all' or ($4 = 'moved' and m.person_key is not null) or ($4 = 'stayed' and m.person_key is null)
), sums as (
  select
    insertion_point($3::double[], timestamp::double) as place,
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
    -- few people move: only theirs are cut at every move (and Connect's, whose payers the dimension knows)
    and ($4 <> 'moved' or container_id in (select container_id from containers where kind = 'connect' or user_key in (select person_key from moved)))
)
select
  s.place - 2 as segment,
  d.user_key as person,
  d.kind,
  case when not $8 then '' else d.image end as image,
  coalesce(d.node_type, '') as node_type,
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
join dimension d on d.container_id = s.container_id
