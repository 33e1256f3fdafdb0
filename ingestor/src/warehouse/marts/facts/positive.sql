-- When gauges that changed between 0 and 1 were 1 (reasons of containers). Grain: (series).
-- $1 from, $2 to (UTC), then the lowest id of each metric ($3 … is lengthened)
select ones.series, first_positive_at, last_positive_at
from (
  select series, min(timestamp) as first_positive_at, max(timestamp) as last_positive_at
  from samples
  where timestamp >= $1 and timestamp < $2
    and (series & -4503599627370496L) in ($3)
    and value > 0
  group by series
) ones
join (select series from mart_stage_facts where max_value > 0 and min_value <= 0) mixed on mixed.series = ones.series
