-- Working days of a span. Grain: location and day label. $1 first day label, $2 day label after the last.
select timestamp, location, is_working_day
from calendar_days
where timestamp >= $1 and timestamp < $2
