-- The same for the containers with gaps, four hours a row. Grain: (container instance, node, request, 48 buckets from $1). Cores, bytes.
-- `present` has a bit for each bucket it was there: one row a bucket, so that a sum of powers of two is exact, below 2^48.
-- $1 from, $2 to
select
  container_id, node, cpu_request_cores, memory_request_bytes,
  datediff('m', $1, timestamp) / 240 as part,
  sum(power(2, (datediff('m', $1, timestamp) / 5) % 48)) as present
from container_usage
where timestamp >= $1 and timestamp < $2 and alive_seconds > 0
  and container_id in (
    select container_id
    from (
      select
        container_id, node, cpu_request_cores, memory_request_bytes,
        datediff('m', $1, min(timestamp)) / 5 as first_bucket,
        datediff('m', $1, max(timestamp)) / 5 as last_bucket,
        count() as buckets
      from container_usage
      where timestamp >= $1 and timestamp < $2 and alive_seconds > 0
    )
    where buckets < last_bucket - first_bucket + 1
  )
order by part
