-- Active container-buckets. Grain: (container instance, bucket of five minutes from $3). Mean cores.
-- $1 from, $2 to, $3 start of the matrix, $4 cores from which a bucket is active
select datediff('m', $3, timestamp) / 5 as bucket, container_id, cpu_used_core_seconds / covered_seconds as cores
from container_usage
where timestamp >= $1 and timestamp < $2 and covered_seconds > 0 and cpu_used_core_seconds >= $4 * covered_seconds
order by timestamp
