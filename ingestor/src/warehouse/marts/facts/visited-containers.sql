-- Containers to which visits of days were given when these were last computed. Grain: container instance and local midnight.
-- $1 first midnight, $2 midnight after the last day
select timestamp, container_id from container_visits_1d where timestamp >= $1 and timestamp < $2 and visits > 0
