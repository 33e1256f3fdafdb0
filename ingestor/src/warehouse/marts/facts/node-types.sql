-- Instance types of nodes, where kube-state-metrics exports their labels. Grain: (cluster, node).
-- $1, $2 months of the window (UTC)
select cluster, node, last(type) as type
from (
  select
    timestamp, cluster, node,
    coalesce(
      json_extract(labels, '$.label_node_kubernetes_io_instance_type'),
      json_extract(labels, '$.label_beta_kubernetes_io_instance_type')
    ) as type
  from series
  where timestamp >= $1 and timestamp < $2 and metric = 'kube_node_labels' and node is not null
  order by timestamp
)
