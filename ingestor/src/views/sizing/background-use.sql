-- Cores used by containers that were not active, DaemonSets left out. Grain: (bucket of five minutes from $3, cluster, node).
-- $1 from, $2 to, $3 start of the matrix, $4 cores from which a bucket is active
select datediff('m', $3, u.timestamp) / 5 as bucket, c.cluster, u.node, sum(u.cpu_used_core_seconds / u.covered_seconds) as cores
from (
  select timestamp, container_id, node, cpu_used_core_seconds, covered_seconds
  from container_usage
  where timestamp >= $1 and timestamp < $2 and covered_seconds > 0 and cpu_used_core_seconds < $4 * covered_seconds
) u
join (select container_id, cluster from containers where owner_kind is null or owner_kind <> 'DaemonSet') c on c.container_id = u.container_id
