-- A part of query.sql and by-period.sql (`-- include`): workspaces by version, counted. Parameters are those of query.sql.
versions as (
  select
    period, workspace_id, user_key,
    case when not $4 then 'all' else coalesce(department, 'unattributed') end as department,
    case when not $5 then 'all' else coalesce(role, 'unattributed') end as role,
    case when not $6 then 'all' when person_key is null then 'unattributed' when is_manager then 'true' else 'false' end as is_manager,
    case
      when $13 = 'r' then case when r_version = 'several' and is_selected then coalesce(selected_r, 'several') else coalesce(r_version, 'unknown') end
      when $13 = 'python' then case when python_version = 'several' and is_selected then coalesce(selected_python, 'several') else coalesce(python_version, 'unknown') end
      else case when quarto_version = 'several' and is_selected then coalesce(selected_quarto, 'several') else coalesce(quarto_version, 'unknown') end
    end as version,
    max(is_active) as is_active,
    sum(covered) as covered, sum(alive) as alive
  from workspace_periods
)
select
  period, version, department, role, is_manager,
  sum(is_active) as active_workspaces,
  count() as alive_workspaces,
  count_distinct(case when is_active = 1 then user_key end) as users,
  count_distinct(case when is_active = 0 then user_key end) as users_without, -- people with one that is merely alive
  count_distinct(user_key) as people,
  sum(covered) as covered_seconds,
  sum(alive) as alive_seconds
from versions
order by period, department, role, is_manager, version
