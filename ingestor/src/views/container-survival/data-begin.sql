-- When the data of a cluster begin: what ended before was never seen. Grain: cluster.
select cluster, min(first_seen_at) as since
from containers
