-- Two visits to every container that was used on a day. Grain: (container, UTC day).
insert into container_visits_1d
select timestamp, container_id, 2L, dateadd('h', 9, timestamp), dateadd('h', 15, timestamp)
from container_usage_1d
where active_seconds > 0
