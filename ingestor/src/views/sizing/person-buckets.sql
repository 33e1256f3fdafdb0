-- Active buckets of people's interactive containers. Grain: (container instance, bucket). Mean cores; flags as 0 or 1.
-- $1 from, $2 to, $3 cores from which a bucket is active, $4 share of a limit that counts as being at it, $5 only this person, '' = all
select
  u.timestamp, c.user_key, u.cpu_used_core_seconds / u.covered_seconds as cores, u.covered_seconds,
  case when u.cpu_used_core_seconds >= $4 * c.cpu_limit_cores * u.covered_seconds then 1 else 0 end as at_cpu_limit,
  case when u.memory_max_bytes >= $4 * c.memory_limit_bytes then 1 else 0 end as at_memory_limit,
  c.cpu_limit_cores, c.memory_limit_bytes
from (
  select timestamp, container_id, cpu_used_core_seconds, covered_seconds, memory_max_bytes
  from container_usage
  where timestamp >= $1 and timestamp < $2 and covered_seconds > 0 and cpu_used_core_seconds >= $3 * covered_seconds
) u
join (
  select container_id, user_key, cpu_limit_cores, memory_limit_bytes
  from containers
  where kind = 'interactive' and user_key is not null and ($5 = '' or user_key = $5)
) c on c.container_id = u.container_id
order by u.timestamp
