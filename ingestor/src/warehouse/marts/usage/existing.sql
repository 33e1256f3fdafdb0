-- What container_usage already holds of a window, and from when to when. Grain: container instance.
-- $1 from, $2 to (UTC)
select container_id, last_not_null(node) as node, min(timestamp) as first_bucket, max(timestamp) as last_bucket
from container_usage
where timestamp >= $1 and timestamp < $2 and alive_seconds > 0
