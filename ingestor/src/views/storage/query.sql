-- Claims as last reported before a time, and before the range. Grain: claim (cluster, namespace, claim).
-- The kubelet reports a volume only while it is mounted: an unmounted one keeps its last figures.
-- $1 earliest day to look at, $2 range start, $3 range end (UTC); only $4 cluster, $5 namespace ('' = all)
select
  cluster, namespace, claim,
  last(used_bytes) as used_bytes,
  last(capacity_bytes) as capacity_bytes,
  last_not_null(case when timestamp < $2 then used_bytes end) as used_before_bytes,
  min(timestamp) as first_day,
  max(timestamp) as last_day
from volume_usage_1d
where timestamp >= $1 and timestamp < $3
  and ($4 = '' or cluster = $4) and ($5 = '' or namespace = $5)
order by cluster, namespace, claim
