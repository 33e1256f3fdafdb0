-- Names of what Prometheus sends, of the months that a range touches. Grain: (job, metric).
-- $1 first of the month in which the range starts, $2 to (UTC)
select distinct job, metric
from series
where timestamp >= $1 and timestamp < $2
