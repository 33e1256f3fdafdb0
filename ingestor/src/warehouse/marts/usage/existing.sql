-- What container_usage already holds of a window. Grain: container instance.
-- $1 from, $2 to (UTC)
select container_id, last_not_null(node) as node
from container_usage
where timestamp >= $1 and timestamp < $2
