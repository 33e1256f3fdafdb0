-- When a value that changed held. Grain: (series, value). For the few containers whose request changed in the window.
-- $1 from, $2 to (UTC), $3, $4 ids of the metric
select series, value, min(timestamp) as first_at, max(timestamp) as last_at
from samples
where timestamp >= $1 and timestamp < $2 and series between $3 and $4
group by series, value
order by first_at
