-- Series registered in a span of time of which the labels matter: new ones, and every live one in the first hours of a month.
-- Grain: (series), in the order of ids, page by page.
-- $1 from (whole hour), $2 to (UTC), $3 last id of the page before, $4 rows of a page
select series, metric, cluster, namespace, node, pod, container, uid, labels
from series
where timestamp >= $1 and timestamp < $2 and series > $3
  and metric in ('kube_pod_container_info', 'kube_pod_labels', 'kube_pod_annotations', 'kube_pod_owner')
order by series
limit $4
