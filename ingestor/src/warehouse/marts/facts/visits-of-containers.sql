-- Visits and active days of containers of people, all their life. Grain: (container instance, basis).
select container_id, 'event' as basis, sum(visits) as visits, min(first_visit_at) as first_visit_at, max(last_visit_at) as last_visit_at
from container_visits_1d
where visits > 0
union all
select container_id, 'cpu', 0L, min(timestamp), max(timestamp)
from container_usage_1d
where active_seconds >= 300
