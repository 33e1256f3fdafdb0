-- Covered and alive seconds of a range, all containers. $1 from, $2 to (UTC)
select sum(covered_seconds) as covered, sum(alive_seconds) as alive
from container_usage_1d
where timestamp >= $1 and timestamp < $2
