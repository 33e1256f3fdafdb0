-- Attempts of AWS Batch that touch a span, with whose they are. Grain: (job, attempt). Cores, GB = 2^30 bytes. Jobs on EKS are
-- containers of the cluster, too, and counted there. $1 from, $2 to (UTC), $3 started at or after, $4 only this person ('' = all)
with attempts as (
  select job_key, timestamp as started_at, stopped_at, cpu_cores, memory_bytes / 1073741824.0 as memory_gb
  from aws_batch_attempts
  where timestamp >= $3 and timestamp < $2 and stopped_at > $1 and cpu_cores is not null
), aliases as (
  select key, person_key from (select key, person_key from identities latest on timestamp partition by key) where key <> person_key
), jobs as (
  select job_key, image, coalesce(aliases.person_key, person) as person
  from (select job_key, image, person from aws_batch_jobs where timestamp < $2 and (platform is null or platform <> 'EKS')) j
  left join aliases on aliases.key = j.person
)
select started_at, stopped_at, cpu_cores, memory_gb, person, image
from attempts
join jobs on jobs.job_key = attempts.job_key
where $4 = '' or person = $4
