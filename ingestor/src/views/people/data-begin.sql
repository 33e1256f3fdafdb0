-- First day of which anything is known (UTC instants of local midnights); null: nothing.
select min(first_at) as first_at
from (
  select min(timestamp) as first_at from user_days
  union all
  select min(timestamp) as first_at from container_usage_1d
)
