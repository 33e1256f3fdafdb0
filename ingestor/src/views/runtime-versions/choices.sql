-- Whether an event chose a runtime a second time, or after the first day of a container: then days of a container differ.
-- $1 to (UTC), $2 time zone of the organisation
select count() as containers
from (
  select uid, count() as choices, max(timestamp_floor('d', to_timezone(timestamp, $2))) as last_day
  from platform_events
  where timestamp < $1 and kind in ('runtime_selected', 'workspace_created') and uid is not null
    and (r_version is not null or python_version is not null or quarto_version is not null)
) chosen
join (
  select uid, min(timestamp_floor('d', to_timezone(created_at, $2))) as first_day
  from containers
) lives on lives.uid = chosen.uid
where chosen.choices > 1 or chosen.last_day > lives.first_day
