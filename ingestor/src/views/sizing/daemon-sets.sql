-- What DaemonSets ask for on each node, every one of them once. Grain: (cluster, node). Cores, bytes.
-- $1 from, $2 to
select cluster, node, sum(cores) as cores, sum(bytes) as bytes
from (
  select cluster, node, owner_name, container, last(cpu_request_cores) as cores, last(memory_request_bytes) as bytes
  from (select * from containers where timestamp < $2 and (ended_at is null or ended_at >= $1) order by timestamp)
  where owner_kind = 'DaemonSet' and node is not null
)
