-- Containers of people that may have changed since a time, with all others of their workspace keys. Grain: container instance.
-- $1 time (UTC)
select *
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
