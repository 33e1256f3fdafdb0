-- Pollers and how their runs went. Grain: (source, instance).
-- $1 start of the window, $2 its end (UTC)
with runs as (
  select timestamp, source, instance, outcome, rows_written, error_code, error
  from poll_runs
  where timestamp >= $1 and timestamp < $2 and outcome <> 'stopped'
), good as (
  select source, instance, max(timestamp) as last_good_at
  from runs
  where outcome in ('ok', 'partial')
), counted as (
  select
    r.source, r.instance,
    count() as runs,
    sum(case when r.outcome in ('failed', 'refused') then 1 else 0 end) as failed_runs,
    sum(case when r.outcome in ('failed', 'refused') and (g.last_good_at is null or r.timestamp > g.last_good_at) then 1 else 0 end) as failures_in_row,
    sum(r.rows_written) as rows_written,
    max(r.timestamp) as last_run_at,
    max(g.last_good_at) as last_good_at
  from runs r
  left join good g on g.source = r.source and g.instance = r.instance
)
select c.source, c.instance, c.runs, c.failed_runs, c.failures_in_row, c.rows_written, c.last_run_at, c.last_good_at,
  l.outcome, l.error_code, l.error
from counted c
join runs l on l.source = c.source and l.instance = c.instance and l.timestamp = c.last_run_at
order by c.source, c.instance
