-- Node types seen in a range. Grain: node type. $1 from, $2 to (UTC)
select distinct node_type as pool
from nodes
where timestamp >= timestamp_floor('d', $1) and timestamp < $2
