-- The idle-core histogram. Grain: (account, since when its attributes hold, bin); see owners.sql for $1 … $9.
-- $10 0: even bins, 1: odd ones. One worker joins and groups: two ask for half each.
-- Bins of mean cores used per five minutes, closed below: 0 = [0, 0.1), 1 = [0.1, 0.5), 2 = [0.5, 1), k + 2 = [k, k + 1). Hours are covered ones.
with
-- include ../shared/owners.sql
select
  o.user_key, o.valid_from as since, u.bin,
  sum(u.covered_seconds) / 3600 as container_hours,
  sum(u.cpu_requested_core_seconds) / 3600 as requested_core_hours,
  sum(u.cpu_idle_core_seconds) / 3600 as idle_core_hours,
  count_distinct(u.container_id) as containers
from (
  select timestamp, container_id, bin, covered_seconds, cpu_requested_core_seconds, cpu_idle_core_seconds
  from container_usage_bins_1d
  where timestamp >= $1 and timestamp < $2 and covered_seconds > 0 and bin % 2 = $10
) u
join owners o on o.container_id = u.container_id
where o.valid_from is null or (u.timestamp >= o.valid_from and u.timestamp < o.valid_to)
group by o.user_key, o.valid_from, u.bin
