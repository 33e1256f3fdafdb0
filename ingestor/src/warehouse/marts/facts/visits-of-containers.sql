-- Visits and active days, over their whole life, of the containers of facts/touched-containers.sql.
-- Grain: (container instance, basis).
-- $1 time (UTC)
select visited.*
from (
  select container_id, 'event' as basis, sum(visits) as visits, min(first_visit_at) as first_visit_at, max(last_visit_at) as last_visit_at
  from container_visits_1d
  where visits > 0
  union all
  select container_id, 'cpu', 0L, min(timestamp), max(timestamp)
  from container_usage_1d
  where active_seconds >= 300
) visited
join (
    select container_id
    from containers
    where kind in ('interactive', 'connect')
      and (
        ended_at is null or ended_at >= $1 or last_seen_at >= $1
        or workspace_key in (
          select distinct workspace_key
          from containers
          where kind in ('interactive', 'connect') and workspace_key is not null
            and (ended_at is null or ended_at >= $1 or last_seen_at >= $1)
        )
      )
) touched on touched.container_id = visited.container_id
