-- Names of series, and since when they are known. Grain: series. $1 from, $2 to (UTC)
select series, first(job) as job, first(metric) as metric, min(timestamp) as known_since
from series
where timestamp >= $1 and timestamp < $2
