-- Containers that a rule ended. Grain: rule and quarter of an hour (so that local days can be made of it anywhere).
-- $1 from, $2 to (UTC)
select ended_reason as rule, timestamp_floor('15m', ended_at) as quarter, count() as containers, min(ended_at) as first_at, max(ended_at) as last_at
from containers
where timestamp < $2 and ended_by = 'rule' and ended_at >= $1 and ended_at < $2
order by quarter
