-- A part of other queries (`-- include`): when which row of the directory holds for a person. Grain: row of `people`; a person's
-- first one holds before its day, too. `changing`: only of those who have several.
-- $3 time zone of the organisation, $4 whether attributes of persons matter (otherwise there are none)
rows_of_people as (
  select
    timestamp, person_key, department,
    row_number() over (partition by person_key order by timestamp) as number,
    lead(timestamp) over (partition by person_key order by timestamp) as next
  from people
), spans as (
  select
    person_key, department,
    number > 1 or next is not null as is_changing,
    case when number = 1 then '1970-01-01T00:00:00Z'::timestamp else to_utc(timestamp, $3) end as valid_from,
    case when next is null then '2200-01-01T00:00:00Z'::timestamp else to_utc(next, $3) end as valid_to
  from rows_of_people
  where $4 = true
), changing as (
  select person_key, valid_from, valid_to from spans where is_changing
)
