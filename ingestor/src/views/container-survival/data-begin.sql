-- When the data of a cluster begin: what ended before was never seen. Grain: cluster.
select cluster, coalesce(min(first_seen_at), min(created_at)) as since
from containers
