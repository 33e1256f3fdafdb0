-- Attempts of jobs and of children of array jobs. Grain: (job, attempt). Cores, GB = 2^30 bytes. $1 from, $2 to (UTC)
select run_key, timestamp as started_at, stopped_at, is_failed, cpu_cores, memory_bytes / 1073741824.0 as memory_gb
from aws_batch_attempts
where timestamp >= $1 and timestamp < $2
