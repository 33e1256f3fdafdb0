-- Nodes of some UTC days. Grain: (day, cluster, node).
-- $1 start of the first day, $2 end (UTC)
select * from nodes where timestamp >= $1 and timestamp < $2
