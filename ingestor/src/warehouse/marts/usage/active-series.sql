-- Which cgroups reported in the window. Grain: (series).
select series, min(first_at) as first_at, max(last_at) as last_at
from (
  select series, first_at, last_at from mart_stage_cpu
  union all
  select series, first_at, last_at from mart_stage_memory
)
