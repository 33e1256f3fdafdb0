-- What the containers alive in a range can be filtered by. Grain: every combination there is; nobody can be told from it.
-- $1 from, $2 to (UTC)
select distinct kind, cluster, component, image, node
from containers
where timestamp < $2 and (ended_at is null or ended_at >= $1)
