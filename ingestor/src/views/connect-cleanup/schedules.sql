-- Schedules as of a time. Grain: schedule. $1 as of (UTC), $2 only this server ('' = all)
select server, content_guid, schedule_key, type, definition, time_zone, is_active, mailed_to, starts_at
from (
  select *
  from connect_schedules
  where timestamp < $1 and ($2 = '' or server = $2)
  latest on timestamp partition by server, content_guid, schedule_key
)
where not is_deleted
