-- The same, one row a bucket, for some containers. Grain: (container instance, bucket).
-- $1 from, $2 to, $3 pattern of container ids
select container_id, node, cpu_request_cores, memory_request_bytes, datediff('m', $1, timestamp) / 5 as bucket
from container_usage
where timestamp >= $1 and timestamp < $2 and alive_seconds > 0 and container_id ~ $3
order by timestamp
