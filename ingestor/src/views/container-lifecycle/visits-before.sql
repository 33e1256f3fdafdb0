-- Visits up to a time, of workspaces that were visited after it as well. Grain: (workspace, basis: event or cpu).
-- Days are those of the organisation. A row of container_visits_1d keeps the first and the last visit of a day.
-- $1 time (UTC), $2 time zone of the organisation
with visited as (
  select container_id, workspace_id
  from containers
  where timestamp <= $1
    and workspace_id in (select workspace_id from workspaces where timestamp <= $1 and last_visit_at > $1 and superseded = false)
), moments as (
  select visited.workspace_id, 'event' as basis, days.first_visit_at as at
  from (select container_id, first_visit_at from container_visits_1d where timestamp <= $1 and visits > 0 and first_visit_at <= $1) days
  join visited on visited.container_id = days.container_id
  union all
  select visited.workspace_id, 'event' as basis, days.last_visit_at as at
  from (select container_id, last_visit_at from container_visits_1d where timestamp <= $1 and visits > 0 and last_visit_at <= $1) days
  join visited on visited.container_id = days.container_id
  union all
  select visited.workspace_id, 'cpu' as basis, days.timestamp as at
  from (select container_id, timestamp from container_usage_1d where timestamp < $1 and active_seconds >= 300) days
  join visited on visited.container_id = days.container_id
)
select workspace_id, basis, min(at) as first_visit_at, max(at) as last_visit_at,
  count_distinct(timestamp_floor('d', to_timezone(at, $2))) as visit_days
from moments
