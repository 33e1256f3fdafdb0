-- Items at which a human looked (page views, sessions, hits). Grain: (segment, item).
-- $1 from, $2 to (UTC), $3 first instant of each segment as DOUBLE[] in microseconds
with looks as (
  select insertion_point($3::double[], timestamp::double) as place, server, content_guid
  from connect_visits where timestamp >= $1 and timestamp < $2 and not is_monitor
  union all
  select insertion_point($3::double[], timestamp::double) as place, server, content_guid
  from connect_sessions where timestamp >= $1 and timestamp < $2 and not is_monitor
  union all
  select insertion_point($3::double[], timestamp::double) as place, server, content_guid
  from connect_hits where timestamp >= $1 and timestamp < $2 and not is_monitor
)
select distinct place - 2 as segment, server, content_guid
from looks
