-- Days on which a workspace was visited (event) or active (cpu): once, however many of its containers. A visit is activity: its
-- days are those of the user's place, else of the organisation; CPU is kept by days of the organisation. Grain: (workspace, basis).
-- A row of container_visits_1d is at most 25 hours: its first and its last visit name every local day in it.
-- Only workspaces of the containers of facts/touched-containers.sql.
-- $1 time zone of the organisation, $2 time (UTC)
select workspace_id, basis, count_distinct(day) as days
from (
  select
    dimension.workspace_id, visited.basis,
    case
      when visited.basis = 'event' then timestamp_floor('d', to_timezone(visited.at, case when zones.time_zone is null or zones.time_zone = '' then $1::varchar else zones.time_zone::varchar end))
      else visited.at
    end as day
  from (
    select container_id, 'event' as basis, first_visit_at as at from container_visits_1d where visits > 0
    union all
    select container_id, 'event', last_visit_at from container_visits_1d where visits > 0
    union all
    select container_id, 'cpu', timestamp from container_usage_1d where active_seconds >= 300
  ) visited
  join (
    select container_id, workspace_id, user_key
    from containers
    where workspace_id in (
      select distinct workspace_id
      from containers
      where kind in ('interactive', 'connect') and workspace_id is not null
        and (
          ended_at is null or ended_at >= $2 or last_seen_at >= $2
          or workspace_key in (
            select distinct workspace_key
            from containers
            where kind in ('interactive', 'connect') and workspace_key is not null
              and (ended_at is null or ended_at >= $2 or last_seen_at >= $2)
          )
        )
    )
  ) dimension on dimension.container_id = visited.container_id
  left join (select person_key, time_zone from people latest on timestamp partition by person_key) zones on zones.person_key = dimension.user_key
)
group by workspace_id, basis
