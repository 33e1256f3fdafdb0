-- Workspaces by the version of a runtime. Grain: (period, version, department, role, is_manager); an attribute that is not grouped by is 'all'.
-- Active on a day: at least 300 active seconds, or a visit. Over a week or the range: active on any of its days.
-- 'several': the image has more than one version and no event named one for the pod by then; 'unknown': not known, or none.
-- $1 from, $2 to (local midnights), $3 time zone of the organisation; group by $4 department, $5 role, $6 is_manager, $7 any of them;
-- only $8 kind, $9 cluster, $10 component, $11 image, $12 node ('' = all); $13 runtime: r, python, quarto; $14 interval: day, week, none
-- Joined on symbols before anything else: keys of one type keep QuestDB's hash join and group by off strings.
with spans as (
  -- attributes of persons from a day to the next change; before the first row that one holds
  select
    person_key, department, role, is_manager,
    case when number = 1 then '1970-01-01T00:00:00Z'::timestamp else to_utc(timestamp, $3) end as valid_from,
    case when next is null or not $7 then '2200-01-01T00:00:00Z'::timestamp else to_utc(next, $3) end as valid_to
  from (
    select
      timestamp, person_key, department, role, is_manager,
      row_number() over (partition by person_key order by timestamp) as number,
      lead(timestamp) over (partition by person_key order by timestamp) as next
    from people
  )
  where number = 1 or $7
), selections as (
  -- what an event chose holds from that day until the next choice
  select
    uid, r_version, python_version, quarto_version,
    timestamp_floor('d', to_timezone(timestamp, $3)) as selected_day,
    case when number = 1 then '1970-01-01T00:00:00Z'::timestamp else to_utc(timestamp_floor('d', to_timezone(timestamp, $3)), $3) end as selected_from,
    coalesce(to_utc(timestamp_floor('d', to_timezone(next, $3)), $3), '2200-01-01T00:00:00Z'::timestamp) as selected_to
  from (
    select
      timestamp, uid, r_version, python_version, quarto_version,
      row_number() over (partition by uid order by timestamp) as number,
      lead(timestamp) over (partition by uid order by timestamp) as next
    from platform_events
    where timestamp < $2 and kind in ('runtime_selected', 'workspace_created') and uid is not null
      and (r_version is not null or python_version is not null or quarto_version is not null)
  )
), aliases as (
  -- other keys of people
  select key, person_key from (select key, person_key from identities latest on timestamp partition by key) where key <> person_key
), dimension as (
  select
    c.container_id, c.workspace_id, c.user_key,
    s.person_key, s.department, s.role, s.is_manager, s.valid_from, s.valid_to,
    v.r_version, v.python_version, v.quarto_version,
    e.r_version as selected_r, e.python_version as selected_python, e.quarto_version as selected_quarto,
    e.selected_day, e.selected_from, e.selected_to
  from (
    select x.container_id, x.workspace_id, x.uid, coalesce(a.person_key, x.user_key)::symbol as user_key, x.image, x.image_digest
    from (
      select container_id, workspace_id, uid, user_key, image, coalesce(image_digest, '')::symbol as image_digest
      from containers
      where ($8 = '' or kind = $8) and ($9 = '' or cluster = $9) and ($10 = '' or component = $10)
        and ($11 = '' or image = $11) and ($12 = '' or node = $12)
    ) x
    left join aliases a on a.key = x.user_key
  ) c
  left join (
    select image, coalesce(image_digest, '')::symbol as image_digest, r_version, python_version, quarto_version
    from (select * from images latest on timestamp partition by image, image_digest)
  ) v on v.image = c.image and v.image_digest = c.image_digest
  left join spans s on s.person_key = c.user_key
  left join selections e on e.uid = c.uid
), days as (
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
), versions as (
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
