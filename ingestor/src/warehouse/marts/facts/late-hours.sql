-- Hours with visits that were received after a time. Grain: hour (UTC).
-- $1 time of receipt (UTC)
select distinct timestamp_floor('h', timestamp) as hour
from platform_events
where received_at > $1 and kind = 'visit' and not coalesce(is_bot, false)
order by hour
