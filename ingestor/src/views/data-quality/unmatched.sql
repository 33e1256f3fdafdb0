-- What cAdvisor reports and no pod of kube-state-metrics explains: in no view of containers. Grain: one row.
-- $1 window start, $2 window end (UTC). Seconds and core-seconds.
select count_distinct(pod) as pods, sum(covered_seconds) as covered_seconds, sum(cpu_used_core_seconds) as cpu_used_core_seconds
from unmatched_usage
where timestamp >= $1 and timestamp < $2 and covered_seconds > 0
