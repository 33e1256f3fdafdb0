-- Runs that ended in a span. Grain: run (job; an array job with its children is one). A lost one ends where it was created.
-- $1 from, $2 to (UTC), $3 created at or after
select job_key as run_key, timestamp as created_at, account, region, queue, job_id, job_definition, pipeline, person, status,
  failure, is_lost, started_at, coalesce(stopped_at, timestamp) as ended_at, stopped_at, attempts, array_size
from aws_batch_jobs
where timestamp >= $3 and timestamp < $2 and is_child = false and is_final = true
  and coalesce(stopped_at, timestamp) >= $1 and coalesce(stopped_at, timestamp) < $2
