-- What arrived, by job and metric. Grain: (job, metric).
-- One pass over the window's samples grouped by id; names come from the series of the months that touch the range, so
-- that a metric that fell silent is a row with 0 samples. A series id is a hash of its labels: they never change.
-- $1 window start, $2 window end, $3 first of the month in which the range starts (all UTC), $4 job or '', $5 metric or ''
with names as (
  select series, first(job) as job, first(metric) as metric
  from series
  where timestamp >= $3 and timestamp < $2
    and ($4 = '' or job = $4)
    and ($5 = '' or metric = $5)
), arrived as (
  select series, count() as samples, max(timestamp) as newest
  from samples
  where timestamp >= $1 and timestamp < $2
)
select
  names.job,
  names.metric,
  count() as series,
  count(arrived.series) as active_series,
  sum(arrived.samples) as samples,
  max(arrived.newest) as newest_sample_at
from names
left join arrived on arrived.series = names.series
order by job, metric
