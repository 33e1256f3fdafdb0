-- The newest run of each poller, when it did not succeed. Grain: (source, instance).
-- $1 range start, $2 range end (UTC)
select timestamp, source, instance, outcome, error_code
from (
  select timestamp, source, instance, outcome, error_code
  from poll_runs
  where timestamp >= $1 and timestamp < $2
  latest on timestamp partition by source, instance
)
where outcome in ('failed', 'refused', 'partial')
order by source, instance
