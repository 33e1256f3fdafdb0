-- Where claims are. Grain: (cluster, namespace). $1 from, $2 to (UTC)
select distinct cluster, namespace
from volume_usage_1d
where timestamp >= $1 and timestamp < $2
