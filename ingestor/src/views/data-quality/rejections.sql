-- What was refused. Grain: (job, metric, reason).
-- $1 window start, $2 window end (UTC), $3 job or '', $4 metric or ''
select job, metric, reason, sum(count) as rejected
from ingest_rejections
where timestamp >= $1 and timestamp < $2
  and ($3 = '' or job = $3)
  and ($4 = '' or metric = $4)
order by job, metric, rejected desc, reason
