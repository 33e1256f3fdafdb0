-- Types of nodes, newest known. Grain: node.
select node, node_type from (select node, node_type from nodes latest on timestamp partition by node)
