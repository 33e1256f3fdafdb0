-- People (keys) with a container or a visit in a range. Grain: person. $1 from, $2 to (UTC)
select distinct user_key
from user_days
where timestamp >= $1 and timestamp < $2
