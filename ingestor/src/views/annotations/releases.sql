-- What was released. Grain: event. $1 from, $2 to (UTC)
select timestamp, release_name as name, release_version as version, release_environment as environment
from platform_events
where kind = 'release' and timestamp >= $1 and timestamp < $2
order by timestamp
