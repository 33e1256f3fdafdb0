-- First day of which anything is known, and the first of clusters (UTC instants of local midnights, or hours); null: nothing.
select min(first_at) as first_at, min(case when is_cluster then first_at end) as cluster_at
from (
  select min(timestamp) as first_at, false as is_cluster from user_days
  union all
  select min(timestamp), true from container_usage_1d
  union all
  select min(timestamp), true from mart_hours where sample_rows > 0
)
