-- Containers to which a day's visits were given when it was last computed. Grain: container instance. $1 local midnight
select container_id from container_visits_1d where timestamp = $1 and visits > 0
