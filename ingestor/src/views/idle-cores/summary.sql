-- Requested, used and idle core-hours. Grain: (department, role, is_manager, period); an attribute that is not grouped by is 'all'.
-- requested = within + idle + unknown; used = within + borrowed: minima and maxima were taken per container and bucket.
-- $1 from, $2 to (local midnights), $3 time zone of the organisation; group by $4 department, $5 role, $6 is_manager, $7 any of them;
-- only $8 kind, $9 cluster, $10 component, $11 image, $12 node ('' = all)
-- Joined on symbols before anything else: keys of one type keep QuestDB's hash join and group by off strings.
-- $13 period: none (one row, start of the range), week or month (of the organisation's time zone, as a day label)
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
), dimension as (
  select c.container_id, c.user_key, s.person_key, s.department, s.role, s.is_manager, s.valid_from, s.valid_to
  from (
    select container_id, user_key
    from containers
    where ($8 = '' or kind = $8) and ($9 = '' or cluster = $9) and ($10 = '' or component = $10)
      and ($11 = '' or image = $11) and ($12 = '' or node = $12)
  ) c
  left join spans s on s.person_key = c.user_key
), segments as (
  select
    d.department, d.role, d.is_manager, d.person_key, d.user_key,
    case
      when $13 = 'week' then timestamp_floor('w', to_timezone(u.timestamp, $3))
      when $13 = 'month' then timestamp_floor('M', to_timezone(u.timestamp, $3))
      else to_timezone($1, $3)
    end as period,
    sum(u.covered_seconds) as covered,
    sum(u.alive_seconds) as alive,
    sum(u.active_seconds) as active,
    sum(u.cpu_requested_core_seconds) as cpu_requested,
    sum(u.cpu_used_core_seconds) as cpu_used,
    sum(u.cpu_idle_core_seconds) as cpu_idle,
    sum(u.cpu_within_core_seconds) as cpu_within,
    sum(u.cpu_unknown_core_seconds) as cpu_unknown,
    sum(u.cpu_borrowed_core_seconds) as cpu_borrowed,
    count_distinct(u.container_id) as containers
  from (select * from container_usage_1d where timestamp >= $1 and timestamp < $2 and alive_seconds > 0) u
  join dimension d on d.container_id = u.container_id
  where d.valid_from is null or (u.timestamp >= d.valid_from and u.timestamp < d.valid_to)
  group by d.department, d.role, d.is_manager, d.person_key, d.user_key, period
), persons as (
  select
    case when not $4 then 'all' else coalesce(department, 'unattributed') end as department,
    case when not $5 then 'all' else coalesce(role, 'unattributed') end as role,
    case when not $6 then 'all' when person_key is null then 'unattributed' when is_manager then 'true' else 'false' end as is_manager,
    user_key,
    period,
    sum(covered) / 3600 as covered, sum(alive) / 3600 as alive, sum(active) / 3600 as active,
    sum(cpu_requested) / 3600 as cpu_requested,
    sum(cpu_used) / 3600 as cpu_used,
    sum(cpu_idle) / 3600 as cpu_idle,
    sum(cpu_within) / 3600 as cpu_within,
    sum(cpu_unknown) / 3600 as cpu_unknown,
    sum(cpu_borrowed) / 3600 as cpu_borrowed,
    sum(containers) as containers
  from segments
)
select
  department, role, is_manager, to_utc(period, $3) as period_start,
  sum(covered) as container_hours,
  sum(alive) as alive_hours,
  sum(covered - active) as under_tenth_hours,
  sum(cpu_requested) as requested_core_hours,
  sum(cpu_used) as used_core_hours,
  sum(cpu_idle) as idle_core_hours,
  sum(cpu_within) as within_core_hours,
  sum(cpu_unknown) as unknown_core_hours,
  sum(cpu_borrowed) as borrowed_core_hours,
  sum(containers) as containers,
  count_distinct(user_key) as people,
  max(case when user_key is null then 0.0 else covered end) as largest_container_hours,
  max(case when user_key is null then 0.0 else cpu_used end) as largest_used_core_hours,
  max(case when user_key is null then 0.0 else cpu_idle end) as largest_idle_core_hours
from persons
order by department, role, is_manager, period_start
