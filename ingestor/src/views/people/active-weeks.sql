-- Days on which people were active. Grain: person and week (Monday, of local day labels).
-- days: sum of 2^(ISO weekday − 1) over the week's active days.
-- $1 from, $2 to: a day wider than the labels on both sides (local midnights); $3 first day label, $4 day label after the last
-- $5 component or 'any', $6 basis: 'cpu', 'visit' or 'both' (either)
with active as (
  select distinct user_key, day
  from user_days
  where timestamp >= $1 and timestamp < $2
    and basis <> 'none'
    and ($5 = 'any' or component = $5)
    and ($6 = 'both' or basis = 'both' or basis = $6)
), labelled as (
  select user_key, to_timestamp(day, 'yyyy-MM-dd') as label from active
)
select user_key, timestamp_floor('w', label) as week, sum(power(2.0, day_of_week(label) - 1)) as days
from labelled
where label >= $3 and label < $4
