-- What containers reserved, DaemonSets left out. Grain: (day of the organisation, container instance). Core-seconds, GB-seconds.
-- $1 from, $2 to (local midnights)
select
  u.timestamp, c.cluster, u.node, case when c.kind = 'interactive' then c.user_key end as user_key,
  u.cpu_requested_core_seconds as core_seconds, u.memory_requested_gb_seconds as gb_seconds
from (
  select timestamp, container_id, node, cpu_requested_core_seconds, memory_requested_gb_seconds
  from container_usage_1d
  where timestamp >= $1 and timestamp < $2 and alive_seconds > 0
) u
join (select container_id, cluster, kind, user_key from containers where owner_kind is null or owner_kind <> 'DaemonSet') c
  on c.container_id = u.container_id
