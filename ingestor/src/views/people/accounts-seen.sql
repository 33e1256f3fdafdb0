-- Weeks in which accounts had a container or a visit. Grain: person and week (UTC). $1 from, $2 to (local midnights)
select distinct user_key, timestamp_floor('w', timestamp) as week
from user_days
where timestamp >= $1 and timestamp < $2 and (alive_seconds > 0 or basis <> 'none')
