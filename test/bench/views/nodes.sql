-- Nodes of 256 cores and 1 TB, from the containers on them. Grain: (bucket, node). $1 from, $2 to (UTC).
insert into node_usage
select
  timestamp, 'bench' as cluster, node, containers, covered, alive,
  256.0 * 300, cpu_requested, 256.0 * 300 - cpu_requested, cpu_requested - cpu_used, cpu_used, 0.0, 0.0,
  1024.0 * 300, memory_requested, 1024.0 * 300 - memory_requested, memory_requested - memory_used, memory_used, 0.0, 0.0
from (
  select timestamp, node, count() as containers, sum(1.0 * covered_seconds) as covered, sum(1.0 * alive_seconds) as alive,
    sum(cpu_request_cores * alive_seconds) as cpu_requested, sum(cpu_used_core_seconds) as cpu_used,
    sum(memory_request_bytes * alive_seconds) / 1073741824.0 as memory_requested, sum(memory_used_byte_seconds) / 1073741824.0 as memory_used
  from container_usage
  where timestamp >= $1 and timestamp < $2
)
order by timestamp
