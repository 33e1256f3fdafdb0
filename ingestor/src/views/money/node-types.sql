-- Types of nodes, newest known. Grain: (cluster, node).
select cluster, node, node_type from nodes latest on timestamp partition by cluster, node
