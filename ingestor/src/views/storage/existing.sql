-- Claims that kube-state-metrics lists. Grain: claim. $1 first of the month in which the range ends, $2 range end (UTC)
select cluster, namespace, json_extract(labels, '$.persistentvolumeclaim')::varchar as claim
from series
where timestamp >= $1 and timestamp < $2 and metric = 'kube_persistentvolumeclaim_info'
group by cluster, namespace, claim
