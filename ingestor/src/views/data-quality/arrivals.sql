-- What arrived, by series. Buckets of five minutes with a sample. Grain: series.
-- $1 from, $2 to (UTC, whole hours but at the ends of a window: no bucket is cut)
select
  series,
  count() as samples,
  min(timestamp) as oldest,
  max(timestamp) as newest,
  count_distinct(timestamp_floor('5m', timestamp)) as buckets
from samples
where timestamp >= $1 and timestamp < $2
