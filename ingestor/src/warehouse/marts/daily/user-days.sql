-- Activity of people on local days that follow each other, for the people of one time zone. Grain: (person, component, day).
-- Containers carry the person already; visitors are looked up among their other keys (identities).
-- A bucket counts once per person: several containers at the same time are one person. Existing rows join with zeros.
-- $1 first local midnight, $2 midnight after the last day, $3 the midnights at which the days begin as DOUBLE[] in microseconds,
-- $4 time zone, $5 time zone of the organisation, $6 chunk of mart_stage_zones
insert into user_days
select *
from (
  with zones as (
    select user_key, time_zone from mart_stage_zones where chunk = $6
  ), aliases as (
    select key, person_key from identities latest on timestamp partition by key
  ), buckets as (
    select
      dimension.user_key,
      dimension.component,
      usage.timestamp as bucket,
      max(1.0 * alive_seconds) as alive,
      max(1.0 * covered_seconds) as covered,
      max(case when is_active then 1.0 * covered_seconds else 0.0 end) as active
    from (select * from container_usage where timestamp >= $1 and timestamp < $2) usage
    join (
      select container_id, user_key, component
      from containers
      where user_key is not null and kind in ('interactive', 'connect', 'batch')
    ) dimension on dimension.container_id = usage.container_id
  ), parts as (
    select
      user_key, component, insertion_point($3::double[], bucket::double) - 1 as place,
      sum(alive) as alive, sum(covered) as covered, sum(active) as active,
      0L as visits, null::timestamp as first_visit_at, null::timestamp as last_visit_at
    from buckets
    union all
    select coalesce(aliases.person_key, person) as user_key, component, place, 0.0, 0.0, 0.0, count() as visits, min(timestamp), max(timestamp)
    from (
      select timestamp, person, component, insertion_point($3::double[], timestamp::double) - 1 as place
      from platform_events
      where timestamp >= $1 and timestamp < $2 and kind = 'visit' and person is not null and not coalesce(is_bot, false)
    ) visits
    left join aliases on aliases.key = visits.person
    union all
    select user_key, component, insertion_point($3::double[], timestamp::double) - 1, 0.0, 0.0, 0.0, 0L, null::timestamp, null::timestamp
    from user_days
    where timestamp >= $1 and timestamp < $2 and time_zone = $4
  ), sums as (
    select
      user_key, component, ($3::double[])[place]::long::timestamp as midnight,
      sum(alive) as alive, sum(covered) as covered, sum(active) as active,
      sum(visits) as visits, min(first_visit_at) as first_visit_at, max(last_visit_at) as last_visit_at
    from parts
  )
  select
    midnight as timestamp,
    sums.user_key,
    component,
    to_str(to_timezone(midnight, $4), 'yyyy-MM-dd') as day,
    $4 as time_zone,
    alive as alive_seconds,
    covered as covered_seconds,
    active as active_seconds,
    visits,
    first_visit_at,
    last_visit_at,
    case when active >= 300 and visits > 0 then 'both' when active >= 300 then 'cpu' when visits > 0 then 'visit' else 'none' end as basis
  from sums
  left join zones on zones.user_key = sums.user_key
  where zones.time_zone = $4 or (zones.time_zone is null and $4 = $5)
  order by timestamp
)
