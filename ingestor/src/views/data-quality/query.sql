-- Series known in the months of the range, by job and metric: one that fell silent is a row too. Grain: (job, metric).
-- A series id is a hash of its labels: its names never change.
-- $1 first of the month in which the range starts, $2 window end (UTC), $3 job or '', $4 metric or ''
select job, metric, count_distinct(series) as series
from series
where timestamp >= $1 and timestamp < $2
  and ($3 = '' or job = $3)
  and ($4 = '' or metric = $4)
order by job, metric
