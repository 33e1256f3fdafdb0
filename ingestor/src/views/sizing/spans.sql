-- When containers were there, and what they asked for. Grain: (container instance, node, request). Buckets of five minutes from $1.
-- `buckets` less than last − first + 1: there are gaps (spans-with-gaps.sql). Cores, bytes.
-- $1 from, $2 to
select
  container_id, node, cpu_request_cores, memory_request_bytes,
  datediff('m', $1, min(timestamp)) / 5 as first_bucket,
  datediff('m', $1, max(timestamp)) / 5 as last_bucket,
  count() as buckets
from container_usage
where timestamp >= $1 and timestamp < $2 and alive_seconds > 0
