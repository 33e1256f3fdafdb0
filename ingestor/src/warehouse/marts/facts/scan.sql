-- What kube-state-metrics said in the window, by series. Grain: (series). One pass: the top 12 bits of an id are its metric
-- ($3 …, lengthened to the number of metrics; a list of ranges takes five times as long).
-- $1 from, $2 to (UTC), then the lowest id of each metric
select
  series,
  min(timestamp) as first_at,
  max(timestamp) as last_at,
  first(value) as first_value,
  last(value) as last_value,
  min(value) as min_value,
  max(value) as max_value
from samples
where timestamp >= $1 and timestamp < $2
  and (series & -4503599627370496L) in ($3)
group by series
