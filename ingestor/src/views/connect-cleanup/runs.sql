-- Runs in a span and how long they took. Grain: (item, scheduled or not). $1 from, $2 to (UTC), $3 as of: running ones count up to it
select
  server,
  content_guid,
  queued_at is not null as is_scheduled,
  count() as runs,
  min(timestamp) as first_run_at,
  sum(case when ended_at is null then datediff('s', started_at, $3) else datediff('s', started_at, ended_at) end) as seconds,
  sum(case when outcome in ('failed', 'killed', 'lost') then 1 else 0 end) as failed
from connect_jobs
where timestamp >= $1 and timestamp < $2 and started_at is not null and outcome <> 'skipped'
