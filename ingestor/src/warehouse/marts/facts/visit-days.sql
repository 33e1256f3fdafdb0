-- Days on which a container was visited or active. Grain: (container instance, day of the organisation).
select container_id, timestamp as day, first_visit_at, last_visit_at, visits, 'event' as basis from container_visits_1d where visits > 0
union all
select container_id, timestamp, null::timestamp, null::timestamp, 0L, 'cpu' from container_usage_1d where active_seconds >= 300
