-- Highest memory samples of people's interactive containers. Grain: (person, half an hour). Bytes.
-- $1 from, $2 to, $3 only this person, '' = all
select timestamp_floor('30m', u.timestamp) as half_hour, c.user_key, max(u.memory_max_bytes) as memory_max_bytes
from (select timestamp, container_id, memory_max_bytes from container_usage where timestamp >= $1 and timestamp < $2 and memory_max_bytes > 0) u
join (
  select container_id, user_key from containers where kind = 'interactive' and user_key is not null and ($3 = '' or user_key = $3)
) c on c.container_id = u.container_id
