-- What is stored of a region's jobs. Grain: job. $1 account, $2 region, $3 created at or after
select job_key, row_hash, is_final
from aws_batch_jobs
where account = $1 and region = $2 and timestamp >= $3
