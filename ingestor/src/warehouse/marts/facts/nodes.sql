-- Nodes of a UTC day. Grain: (cluster, node).
-- $1 start of the day
select * from nodes where timestamp = $1
