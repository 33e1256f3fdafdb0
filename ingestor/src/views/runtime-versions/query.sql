-- Workspaces by the version of a runtime. Grain: (period, version, department, role, is_manager); an attribute that is not grouped by is 'all'.
-- Active on a day: at least 300 active seconds, or a visit. Over a week or the range: active on any of its days.
-- 'several': the image has more than one version and no event named one for the pod by then; 'unknown': not known, or none.
-- $1 from, $2 to (local midnights), $3 time zone of the organisation; group by $4 department, $5 role, $6 is_manager, $7 any of them;
-- only $8 kind, $9 cluster, $10 component, $11 image, $12 node ('' = all); $13 runtime: r, python, quarto; $14 interval: day, week, none
-- Joined on symbols before anything else: keys of one type keep QuestDB's hash join and group by off strings.
with
-- include dimension.sql
, days as (
  select
    u.timestamp,
    case
      when $14 = 'day' then u.timestamp
      when $14 = 'week' then to_utc(timestamp_floor('w', to_timezone(u.timestamp, $3)), $3)
      else $1
    end as period,
    u.container_id,
    case when u.active_seconds >= 300 or v.container_id is not null then 1 else 0 end as is_active,
    u.covered_seconds,
    u.alive_seconds
  from (select timestamp, container_id, active_seconds, covered_seconds, alive_seconds from container_usage_1d where timestamp >= $1 and timestamp < $2 and alive_seconds > 0) u
  left join (select timestamp, container_id from container_visits_1d where timestamp >= $1 and timestamp < $2 and visits > 0) v
    on v.container_id = u.container_id and v.timestamp = u.timestamp
), workspace_periods as (
  select
    u.period, d.workspace_id, d.user_key, d.person_key, d.department, d.role, d.is_manager,
    d.r_version, d.python_version, d.quarto_version, d.selected_r, d.selected_python, d.selected_quarto,
    to_timezone(u.timestamp, $3) >= d.selected_day as is_selected,
    max(u.is_active) as is_active,
    sum(u.covered_seconds) as covered, sum(u.alive_seconds) as alive
  from days u
  join dimension d on d.container_id = u.container_id
  where (d.valid_from is null or (u.timestamp >= d.valid_from and u.timestamp < d.valid_to))
    and (d.selected_from is null or (u.timestamp >= d.selected_from and u.timestamp < d.selected_to))
),
-- include versions.sql
