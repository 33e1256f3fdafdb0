-- Jobs of AWS Batch. Grain: job (account, region, job id), in the state in which it was seen last; children of arrays are jobs of
-- their own. Designated timestamp = created at.
create table if not exists aws_batch_jobs (
  timestamp timestamp,
  account symbol,
  region symbol,
  job_key long, -- hash of account, region and job id
  run_key long, -- job_key of the array job for its children, else its own
  job_id varchar,
  is_child boolean, -- of an array job
  array_index long,
  array_size long, -- array jobs only: they use nothing themselves
  children_seen long, -- array jobs only: fewer than array_size when AWS no longer knew all of them
  queue symbol,
  job_name varchar, -- pseudonym
  job_definition symbol capacity 1024, -- name without revision
  job_definition_revision long,
  pipeline symbol capacity 1024, -- tag, else the job definition
  person symbol capacity 4096, -- pseudonym of the submitter; null = not known
  submitter_basis symbol, -- tag, environment, share, none
  status symbol, -- as AWS says
  failure symbol, -- stopped, host lost, out of memory, timeout, image, dependency, exit code, other; '' = did not fail
  is_final boolean, -- succeeded, failed or lost: it does not change any more
  is_lost boolean, -- vanished before its end was seen
  started_at timestamp, -- of the first attempt
  stopped_at timestamp,
  attempts long,
  exit_code long,
  cpu_cores double, -- reserved, of all nodes
  memory_bytes double,
  gpus double,
  nodes long,
  image symbol capacity 1024,
  platform symbol, -- EC2, FARGATE, EKS
  row_hash long
) timestamp(timestamp) partition by month wal
dedup upsert keys(timestamp, job_key);

-- Attempts that are over. Grain: (job, attempt). Designated timestamp = started at. Attempts that never started have no row.
create table if not exists aws_batch_attempts (
  timestamp timestamp,
  account symbol,
  region symbol,
  job_key long,
  run_key long,
  attempt long, -- 1 = first
  stopped_at timestamp,
  is_failed boolean,
  failure symbol,
  cpu_cores double,
  memory_bytes double,
  gpus double
) timestamp(timestamp) partition by month wal
dedup upsert keys(timestamp, job_key, attempt);
