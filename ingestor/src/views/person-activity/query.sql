-- Activity of people by week of their local days. Grain: (week, person). A day counts once, however many components.
-- $1 from, $2 to: a day wider than the labels on both sides; $3 first day label, $4 day label after the last (Mondays)
-- $5 component or 'any', $6 basis: 'cpu', 'visit' or 'both', $7 only this person, '' = all
with days as (
  select
    user_key,
    day,
    sum(active_seconds) as active_seconds,
    sum(visits) as visits,
    max(case when basis = 'both' or basis = $6 or (basis <> 'none' and $6 = 'both') then 1 else 0 end) as is_active
  from user_days
  where timestamp >= $1 and timestamp < $2
    and ($5 = 'any' or component = $5)
    and ($7 = '' or user_key = $7)
), labelled as (
  select to_timestamp(day, 'yyyy-MM-dd') as label, * from days
)
select
  timestamp_floor('w', label) as week,
  user_key as person,
  sum(is_active) as active_days,
  sum(active_seconds) as active_seconds,
  sum(visits) as visits
from labelled
where label >= $3 and label < $4
order by week, person
