-- The same as query.sql with the same parameters, for answers in which one row of the dimension holds for all days of a container
-- (by no attribute of persons, no choices.sql): its days become one row before anything is joined, half the work over a year.
with
-- include dimension.sql
, days as (
  select
    case
      when $14 = 'day' then timestamp
      when $14 = 'week' then to_utc(timestamp_floor('w', to_timezone(timestamp, $3)), $3)
      else $1
    end as period,
    container_id, active_seconds, covered_seconds, alive_seconds
  from container_usage_1d
  where timestamp >= $1 and timestamp < $2 and alive_seconds > 0
), visit_days as (
  select
    case
      when $14 = 'day' then timestamp
      when $14 = 'week' then to_utc(timestamp_floor('w', to_timezone(timestamp, $3)), $3)
      else $1
    end as period,
    container_id
  from container_visits_1d
  where timestamp >= $1 and timestamp < $2 and visits > 0
), used as (
  select period, container_id, max(active_seconds) as active_seconds, sum(covered_seconds) as covered, sum(alive_seconds) as alive
  from days
), visited as (
  select period, container_id, count() as days from visit_days
), workspace_periods as (
  select
    u.period, d.workspace_id, d.user_key, d.person_key, d.department, d.role, d.is_manager,
    d.r_version, d.python_version, d.quarto_version, d.selected_r, d.selected_python, d.selected_quarto,
    d.selected_day is not null as is_selected,
    case when u.active_seconds >= 300 or v.days > 0 then 1 else 0 end as is_active,
    u.covered, u.alive
  from used u
  join dimension d on d.container_id = u.container_id
  left join visited v on v.container_id = u.container_id and v.period = u.period
),
-- include versions.sql
