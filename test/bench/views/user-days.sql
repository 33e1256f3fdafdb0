-- Activity and visits of people. Grain: (person, UTC day, component).
insert into user_days
select * from (
  select u.timestamp as timestamp, c.user_key, c.component, u.day, 'UTC' as time_zone, sum(u.alive_seconds) as alive_seconds,
    sum(u.covered_seconds) as covered_seconds, sum(u.active_seconds) as active_seconds, 1L as visits,
    min(u.timestamp) as first_visit_at, max(u.timestamp) as last_visit_at, 'both' as basis
  from container_usage_1d u join containers c on c.container_id = u.container_id
  where u.active_seconds > 0
)
