-- Jobs whose end was not seen yet. Grain: job. $1 account, $2 region
select *
from aws_batch_jobs
where account = $1 and region = $2 and is_final = false
