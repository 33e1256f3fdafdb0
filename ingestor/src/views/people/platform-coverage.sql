-- How much of what was alive is known, by day of the organisation. Grain: day. Seconds over all containers.
-- $1 from, $2 to (UTC)
select day, sum(alive_seconds) as alive_seconds, sum(covered_seconds) as covered_seconds
from container_usage_1d
where timestamp >= $1 and timestamp < $2
