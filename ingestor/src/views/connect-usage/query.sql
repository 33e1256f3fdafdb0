-- Looks of humans at content: page views and Shiny sessions; hits for interfaces alone, which the others miss. Robots left out.
-- Grain: (item, account); account null = anonymous. $1 from, $2 to (UTC), $3 only this server ('' = all)
with looks as (
  select server, content_guid, person, count() as views, 0L as sessions, 0L as hits
  from connect_visits
  where timestamp >= $1 and timestamp < $2 and not is_monitor and ($3 = '' or server = $3)
  union all
  select server, content_guid, person, 0L as views, count() as sessions, 0L as hits
  from connect_sessions
  where timestamp >= $1 and timestamp < $2 and not is_monitor and ($3 = '' or server = $3)
  union all
  select server, content_guid, person, 0L as views, 0L as sessions, count() as hits
  from connect_hits
  where timestamp >= $1 and timestamp < $2 and not is_monitor and ($3 = '' or server = $3)
)
select server, content_guid, person, sum(views) as views, sum(sessions) as sessions, sum(hits) as hits
from looks
