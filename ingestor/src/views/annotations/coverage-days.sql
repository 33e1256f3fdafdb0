-- How much of what was alive is known. Grain: day of the organisation. Seconds over all containers. $1 from, $2 to (UTC)
select timestamp, sum(alive_seconds) as alive_seconds, sum(covered_seconds) as covered_seconds
from container_usage_1d
where timestamp >= $1 and timestamp < $2
order by timestamp
