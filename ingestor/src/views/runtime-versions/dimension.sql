-- A part of query.sql and by-period.sql (`-- include`): containers with the version of their image, what events chose instead, and
-- their people's attributes, a row for each stretch in which these hold. Parameters are those of query.sql.
spans as (
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
)
