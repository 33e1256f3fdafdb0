-- What nodes offered. Grain: (day of the organisation, node). Core-seconds, GB-seconds.
-- $1 from, $2 to (local midnights)
select timestamp, cluster, node, cpu_allocatable_core_seconds as core_seconds, memory_allocatable_gb_seconds as gb_seconds
from node_usage_1d
where timestamp >= $1 and timestamp < $2
