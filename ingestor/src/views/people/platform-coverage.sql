-- How much of what was alive is known, by day of the organisation; hours (UTC) of the day in which anything arrived: where nothing
-- was alive, they tell an empty platform from one of which nothing is known. Grain: day. Seconds over all containers.
-- $1 from, $2 to (UTC), $3 time zone of the organisation
select day, sum(alive) as alive_seconds, sum(covered) as covered_seconds, sum(hours) as hours
from (
  select day, sum(alive_seconds) as alive, sum(covered_seconds) as covered, 0L as hours
  from container_usage_1d
  where timestamp >= $1 and timestamp < $2
  union all
  select day, 0.0, 0.0, count()
  from (
    select to_str(to_timezone(timestamp, $3), 'yyyy-MM-dd') as day
    from mart_hours
    where timestamp >= $1 and timestamp < $2 and sample_rows > 0
  )
)
