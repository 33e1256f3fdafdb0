-- Σ max(0, requested − used) over the buckets of a bin: exact also where the request lies inside the bin.
alter table container_usage_bins_1d add column if not exists cpu_idle_core_seconds double;

-- Days of before: the buckets are not read again.
update container_usage_bins_1d
set cpu_idle_core_seconds = greatest(cpu_requested_core_seconds - cpu_used_core_seconds, 0.0)
where cpu_idle_core_seconds is null;
