-- The last ended jobs of each item, newest first: five of any kind, and three scheduled renders. Grain: job. $1 as of (UTC)
with ended as (
  select
    server, content_guid, job_key, tag, outcome, timestamp, exit_code,
    queued_at is not null and tag like 'build_%' as is_scheduled
  from connect_jobs
  where timestamp < $1 and outcome not in ('running', 'skipped')
), numbered as (
  select
    *,
    row_number() over (partition by server, content_guid order by timestamp desc) as of_all,
    row_number() over (partition by server, content_guid, is_scheduled order by timestamp desc) as of_kind
  from ended
)
select server, content_guid, job_key, tag, outcome, timestamp, exit_code, is_scheduled, of_all, of_kind
from numbered
where of_all <= 5 or (is_scheduled and of_kind <= 3)
order by server, content_guid, timestamp desc
