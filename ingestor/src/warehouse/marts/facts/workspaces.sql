-- Workspaces as last written, of the containers of facts/touched-containers.sql. Grain: workspace.
-- $1 time (UTC)
select *
from workspaces
where workspace_id in (
  select distinct workspace_id
  from containers
  where kind in ('interactive', 'connect') and workspace_id is not null
    and (
      ended_at is null or ended_at >= $1 or last_seen_at >= $1
      or workspace_key in (
        select distinct workspace_key
        from containers
        where kind in ('interactive', 'connect') and workspace_key is not null
          and (ended_at is null or ended_at >= $1 or last_seen_at >= $1)
      )
    )
)
