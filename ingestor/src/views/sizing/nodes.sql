-- What nodes offered in a range. Grain: (cluster, node, node_type, allocatable). Cores, bytes.
-- $1 from, floored to a UTC day; $2 to
select cluster, node, coalesce(node_type, '') as node_type, cpu_allocatable_cores, memory_allocatable_bytes, count() as days
from nodes
where timestamp >= $1 and timestamp < $2
