-- Last look of a human (owner's and anonymous ones count) by item: page views, sessions, hits. Grain: item. $1 as of (UTC)
with looks as (
  select server, content_guid, max(timestamp) as at from connect_visits where timestamp < $1 and not is_monitor
  union all
  select server, content_guid, max(timestamp) as at from connect_sessions where timestamp < $1 and not is_monitor
  union all
  select server, content_guid, max(timestamp) as at from connect_hits where timestamp < $1 and not is_monitor
)
select server, content_guid, max(at) as last_seen_at
from looks
