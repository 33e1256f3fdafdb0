-- Kills for memory of people's interactive containers. Grain: container instance. Bytes.
-- $1 from, $2 to, $3 only this person, '' = all
select user_key, oom_killed_at, memory_limit_bytes
from containers
where kind = 'interactive' and user_key is not null and memory_limit_bytes > 0 and oom_killed_at >= $1 and oom_killed_at < $2
  and ($3 = '' or user_key = $3)
