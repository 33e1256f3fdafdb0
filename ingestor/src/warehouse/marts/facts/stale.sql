-- Stale markers of pods in the window. Grain: (series).
-- $1 from, $2 to (UTC), $3, $4 months of the window (UTC), $5, $6 ids of kube_pod_info
select ends.series, metric, cluster, namespace, node, pod, container, uid, stale_at
from (
  select series, max(timestamp) as stale_at
  from series_ends
  where timestamp >= $1 and timestamp < $2 and series between $5 and $6
  group by series
) ends
join (
  select series, metric, cluster, namespace, node, pod, container, uid
  from series
  where timestamp >= $3 and timestamp < $4 and metric = 'kube_pod_info'
  latest on timestamp partition by series
) names on names.series = ends.series
