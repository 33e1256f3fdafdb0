-- Containers that were there in a range. Grain: container instance. Cores, bytes.
-- $1 from, $2 to
select container_id, cluster, user_key, kind, owner_kind, timestamp as created_at
from containers
where timestamp < $2 and (ended_at is null or ended_at >= $1)
