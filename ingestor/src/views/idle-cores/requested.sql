-- Covered container-hours by the cores requested, in the bins of query.sql. Grain: (department, role, is_manager, bin).
-- A container and day counts with its mean request. Seconds alive (coverage) stand beside.
-- $1 from, $2 to (local midnights), $3 time zone of the organisation; group by $4 department, $5 role, $6 is_manager, $7 any of them;
-- only $8 kind, $9 cluster, $10 component, $11 image, $12 node ('' = all)
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
    d.department, d.role, d.is_manager, d.person_key, d.user_key, u.bin,
    sum(u.covered_seconds) as covered, sum(u.alive_seconds) as alive
  from (
    select
      timestamp, container_id, covered_seconds, alive_seconds,
      case when cores < 0.1 then 0 when cores < 0.5 then 1 when cores < 1 then 2 else 2 + floor(cores)::int end as bin
    from (
      -- a mean that should be a whole number must not fall below its bin by a rounding error
      select timestamp, container_id, covered_seconds, alive_seconds, round(cpu_requested_core_seconds / alive_seconds, 6) as cores
      from container_usage_1d
      where timestamp >= $1 and timestamp < $2 and alive_seconds > 0
    )
  ) u
  join dimension d on d.container_id = u.container_id
  where d.valid_from is null or (u.timestamp >= d.valid_from and u.timestamp < d.valid_to)
  group by d.department, d.role, d.is_manager, d.person_key, d.user_key, u.bin
), persons as (
  select
    case when not $4 then 'all' else coalesce(department, 'unattributed') end as department,
    case when not $5 then 'all' else coalesce(role, 'unattributed') end as role,
    case when not $6 then 'all' when person_key is null then 'unattributed' when is_manager then 'true' else 'false' end as is_manager,
    user_key,
    bin, sum(covered) / 3600 as covered, sum(alive) / 3600 as alive
  from segments
)
select
  department, role, is_manager, bin,
  sum(covered) as requested_container_hours,
  sum(alive) as alive_hours,
  count_distinct(user_key) as people,
  max(case when user_key is null then 0.0 else covered end) as largest_requested_container_hours
from persons
order by department, role, is_manager, bin
